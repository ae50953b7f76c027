"""Take a file in: store its bytes, then row and event in one transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO
from uuid import uuid4

from psycopg2.errors import LockNotAvailable
from sqlalchemy.exc import OperationalError

from api import options as options_
from api.problems import (
    EmptyFile,
    IdempotencyConflict,
    IdempotencyInFlight,
    UnsupportedMedia,
)
from api.services import Services
from octavo.killpoints import killpoint
from octavo.telemetry import tracing
from octavo.telemetry.logs import get_logger
from outbox.record import record
from pipelines import media
from pipelines.values import Options
from store import idempotency, layout, queries, uploads
from store.keys import Caller
from store.models import Document
from store.objects import ObjectError, Objects

_log = get_logger(__name__)
_BLOCK = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came with a request, rewound."""

    file: BinaryIO
    filename: str  # cleaned
    options: Options
    idempotency_key: str | None


def receive(services: Services, caller: Caller, received: Received) -> tuple[Document, bool]:
    """The document made of a file; True when an earlier request with the same key made it.

    Raises EmptyFile, UnsupportedMedia, IdempotencyConflict, IdempotencyInFlight, and what
    `store.objects` and the database raise; after an error no row is left.
    """
    media_type = sniffed(received.file.read(media.HEAD_BYTES))
    received.file.seek(0)
    key = received.idempotency_key
    if key is None:
        return _store(services, caller, received, media_type, None), False
    fingerprint = _fingerprint(received)
    earlier = _earlier(services, caller, key, fingerprint)
    if earlier is not None:
        return earlier, True
    try:
        return _store(services, caller, received, media_type, fingerprint), False
    except idempotency.KeyTaken:
        return replayed(services, caller, key, fingerprint), True


def replayed(services: Services, caller: Caller, key: str, fingerprint: str) -> Document:
    """The document of a key that is taken. Raises IdempotencyConflict."""
    earlier = _earlier(services, caller, key, fingerprint)
    if earlier is None:
        raise _gone()
    return earlier


def sniffed(head: bytes) -> str:
    """The media type of a file that starts with `head`. Raises EmptyFile, UnsupportedMedia."""
    if not head:
        raise EmptyFile("The file holds no bytes.")
    media_type = media.sniff(head)
    if media_type is None:
        raise UnsupportedMedia("The file is neither PDF, PNG, JPEG, TIFF nor WebP.")
    return media_type


@contextmanager
def discarding(objects: Objects, key: str) -> Iterator[None]:
    """Remove an object when the block fails; what cannot be removed is left to the collector."""
    try:
        yield
    except BaseException:
        try:
            objects.delete(key)
        except ObjectError as error:
            _log.warning("object.left_to_collector", key=key, error=error.message)
        raise


def _store(
    services: Services,
    caller: Caller,
    received: Received,
    media_type: str,
    fingerprint: str | None,
) -> Document:
    document_id = uuid4()
    object_key = layout.source_key(caller.tenant, document_id)
    stored = services.objects.put(
        object_key,
        received.file,
        max_bytes=services.settings.max_upload_bytes,
        media_type=media_type,
    )
    killpoint("api.object_stored")
    trace = tracing.carry()
    upload = uploads.Upload(
        document_id=document_id,
        tenant=caller.tenant,
        filename=received.filename,
        media_type=media_type,
        size_bytes=stored.size,
        sha256=stored.sha256,
        object_key=object_key,
        options=options_.stored(received.options),
        trace=dict(trace),
    )
    # The object is removed only when the transaction fails before its commit: a commit whose
    # answer was lost may have happened.
    with services.database.begin() as session, discarding(services.objects, object_key):
        moves = uploads.accept(session, upload, lease_seconds=services.settings.lease_seconds)
        if fingerprint is not None and received.idempotency_key is not None:
            with waiting_not_for_ever():
                idempotency.claim(
                    session,
                    tenant=caller.tenant,
                    key=received.idempotency_key,
                    fingerprint=fingerprint,
                    document_id=document_id,
                )
        record(session, moves, trace)
        return session.get_one(Document, document_id, populate_existing=True)


def _earlier(services: Services, caller: Caller, key: str, fingerprint: str) -> Document | None:
    """What a key made before. Raises IdempotencyConflict when it was asked for something else."""
    with services.database.begin() as session:
        used = queries.idempotent(session, caller.tenant, key)
        if used is None:
            return None
        if used.fingerprint != fingerprint:
            raise IdempotencyConflict("This Idempotency-Key came with another request.")
        found = queries.document(session, caller.tenant, used.document_id)
    if found is None:
        raise _gone()
    return found


def _gone() -> IdempotencyConflict:
    return IdempotencyConflict("This Idempotency-Key made a document that was deleted since.")


def _fingerprint(received: Received) -> str:
    """SHA-256 of the file, its name and its options."""
    digest = hashlib.sha256()
    while block := received.file.read(_BLOCK):
        digest.update(block)
    received.file.seek(0)
    asked = {"filename": received.filename, "options": options_.stored(received.options)}
    digest.update(json.dumps(asked, sort_keys=True).encode())
    return digest.hexdigest()


@contextmanager
def waiting_not_for_ever() -> Iterator[None]:
    """Raises IdempotencyInFlight when the lock on a key is not to be had in time."""
    try:
        yield
    except OperationalError as error:
        if isinstance(error.orig, LockNotAvailable):
            raise IdempotencyInFlight("A request with this key is being answered.") from error
        raise
