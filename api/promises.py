"""Presigned uploads: promise a document, then confirm that its file has come."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from api import options as options_
from api.intake import sniffed
from api.problems import (
    ChecksumMismatch,
    EmptyFile,
    IllegalState,
    SizeMismatch,
    TooLarge,
    UploadChanged,
    UploadMissing,
)
from api.services import Services
from api.views import missing_document
from octavo.killpoints import killpoint
from octavo.telemetry import tracing
from octavo.telemetry.logs import get_logger
from outbox.record import record
from pipelines import media
from pipelines.values import Options
from store import layout, queries, uploads
from store.keys import Caller
from store.models import Document
from store.objects import ObjectChanged, ObjectError, ObjectMissing, PresignedPost
from store.states import DocumentState

_log = get_logger(__name__)
_UNKNOWN = "application/octet-stream"  # what a file is, its bytes tell when they are here


@dataclass(frozen=True, slots=True)
class Declared:
    """A file as its owner describes it."""

    filename: str  # cleaned
    size: int  # bytes
    sha256: str  # hex
    options: Options


@dataclass(frozen=True, slots=True)
class Promise:
    """A document that waits for its file."""

    document_id: UUID
    form: PresignedPost
    expires_at: datetime


def promise(services: Services, caller: Caller, declared: Declared) -> Promise:
    """Make a document that waits, and the form for its file.

    Raises EmptyFile, TooLarge, and `store.objects.PresignUnsupported`.
    """
    most = services.settings.max_upload_bytes
    if declared.size == 0:
        raise EmptyFile("A file of 0 bytes has no pages.")
    if declared.size > most:
        raise TooLarge(f"{declared.size} bytes are declared; {most} are accepted.")
    seconds = services.settings.upload_expires_seconds
    document_id = uuid4()
    # The declared checksum is the last part of the key: it is kept where it cannot be lost.
    object_key = layout.incoming_key(caller.tenant, document_id, declared.sha256)
    expires_at = datetime.now(UTC) + timedelta(seconds=seconds)
    form = services.objects.presign_post(
        object_key,
        min_bytes=declared.size,
        max_bytes=declared.size,
        media_type=_UNKNOWN,
        sha256=declared.sha256,
        expires_seconds=seconds,
    )
    upload = uploads.Upload(
        document_id=document_id,
        tenant=caller.tenant,
        filename=declared.filename,
        media_type=_UNKNOWN,
        size_bytes=declared.size,
        sha256=None,
        object_key=object_key,
        options=options_.stored(declared.options),
        trace=tracing.carry(),
    )
    with services.database.begin() as session:
        uploads.promise(session, upload, expires_seconds=seconds)
    return Promise(document_id, form, expires_at)


def confirm(services: Services, caller: Caller, document_id: UUID) -> Document:
    """Check the uploaded file, keep it under a key of our own, and let the work begin.

    A second confirmation finds the document as it is and changes nothing. Raises NotFound,
    IllegalState, UploadMissing, UploadChanged, SizeMismatch, ChecksumMismatch, UnsupportedMedia.
    """
    waiting = _find(services, caller, document_id)
    if waiting.state != DocumentState.AWAITING_UPLOAD:
        return _confirmed(waiting)
    incoming = waiting.object_key
    try:
        media_type, etag = _check(services, waiting)
        # The ETag holds the copy to the very bytes that were checked.
        services.objects.copy_if_match(
            incoming, layout.source_key(caller.tenant, document_id), etag
        )
    except ObjectMissing as error:
        # Two confirmations at once: the first has removed the incoming object meanwhile.
        now = _find(services, caller, document_id)
        if now.state != DocumentState.AWAITING_UPLOAD:
            return _confirmed(now)
        raise UploadMissing("The file of this document has not been uploaded.") from error
    except ObjectChanged as error:
        raise UploadChanged("The file was overwritten while it was checked.") from error
    killpoint("api.object_copied")
    found = _enter(services, caller, waiting, media_type)
    _tidy(services, incoming)
    return found


def _check(services: Services, waiting: Document) -> tuple[str, str]:
    """Media type and ETag of the uploaded file, read to its end."""
    digest = hashlib.sha256()
    head = b""
    with services.objects.get(waiting.object_key) as body:
        if body.stored.size != waiting.size_bytes:
            raise SizeMismatch(
                f"{waiting.size_bytes} bytes were declared, {body.stored.size} uploaded."
            )
        for chunk in body.chunks():
            head = head if len(head) == media.HEAD_BYTES else (head + chunk)[: media.HEAD_BYTES]
            digest.update(chunk)
    if digest.hexdigest() != _declared_sha256(waiting):
        raise ChecksumMismatch("The uploaded file does not have the SHA-256 that was declared.")
    return sniffed(head), body.stored.etag


def _enter(services: Services, caller: Caller, waiting: Document, media_type: str) -> Document:
    trace = tracing.carry()
    with services.database.begin() as session:
        found = queries.document(session, caller.tenant, waiting.id, lock=True)
        if found is None:
            raise missing_document()
        if found.state != DocumentState.AWAITING_UPLOAD:
            return _confirmed(found)
        moves = uploads.confirm(
            session,
            found,
            object_key=layout.source_key(caller.tenant, waiting.id),
            media_type=media_type,
            size_bytes=waiting.size_bytes,
            sha256=_declared_sha256(waiting),
            lease_seconds=services.settings.lease_seconds,
        )
        record(session, moves, trace)
    return found


def _find(services: Services, caller: Caller, document_id: UUID) -> Document:
    with services.database.begin() as session:
        found = queries.document(session, caller.tenant, document_id)
    if found is None:
        raise missing_document()
    return found


def _confirmed(found: Document) -> Document:
    """A document that has its file. Raises IllegalState for one that ended without it."""
    if found.sha256 is None:
        raise IllegalState(
            f"The document is {found.state} and takes no file any more.", state=found.state
        )
    return found


def _declared_sha256(waiting: Document) -> str:
    return waiting.object_key.rsplit("/", 1)[-1]


def _tidy(services: Services, incoming: str) -> None:
    try:
        services.objects.delete(incoming)
    except ObjectError as error:
        _log.warning("object.left_to_collector", key=incoming, error=error.message)
