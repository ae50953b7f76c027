"""Invariant F in the object store: every accepted document has its objects, and orphans go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from store import layout, orphans
from store.database import Database
from store.models import Document, PageText
from store.objects import Objects
from store.states import DocumentState
from store.verify import Violation, violation

_BATCH = 500


def run(database: Database, objects: Objects, *, orphan_seconds: float) -> list[Violation]:
    """What is missing, and which orphans older than that still lie there. Reads only.

    Raises what `store.objects.Objects.list` raises.
    """
    found = (
        violation("F", "was accepted, and its file is not in the store", _lost(database, objects)),
        violation(
            "F",
            "lies in the store, and no document asks for it",
            _orphans(database, objects, orphan_seconds),
        ),
    )
    return [each for each in found if each is not None]


def _lost(database: Database, objects: Objects) -> Iterator[str]:
    """Ids of documents, and keys of page images, whose object is not there."""
    last = UUID(int=0)
    while True:
        with database.begin() as session:
            batch = session.scalars(_accepted().where(Document.id > last).limit(_BATCH)).all()
        for document in batch:
            here = {each.key for each in objects.list(layout.prefix(document.tenant, document.id))}
            with database.begin() as session:
                # Asked after the listing, so that what was deleted meanwhile is not missed.
                yield from _missing(session, document.id, here)
        if len(batch) < _BATCH:
            return
        last = batch[-1].id


def _missing(session: Session, document_id: UUID, here: set[str]) -> list[str]:
    document = session.scalars(_accepted().where(Document.id == document_id)).one_or_none()
    if document is None:
        return []
    lost = [str(document.id)] if document.object_key not in here else []
    images = session.scalars(
        select(PageText.image_key)
        .where(PageText.document_id == document_id, PageText.image_key.is_not(None))
        .order_by(PageText.number)
    )
    return lost + [key for key in images if key is not None and key not in here]


def _orphans(database: Database, objects: Objects, seconds: float) -> Iterator[str]:
    listing = objects.list()
    while batch := list(islice(listing, _BATCH)):
        with database.begin() as session:
            before = orphans.before(session, seconds)
            yield from _unowned(session, [each.key for each in batch if each.modified < before])


def _unowned(session: Session, keys: Sequence[str]) -> list[str]:
    placed = [(key, place) for key in keys if (place := layout.place_of(key)) is not None]
    owners = orphans.owners(session, {place.document_id for _, place in placed})
    return [
        key for key, place in placed if orphans.is_orphan(key, place, owners.get(place.document_id))
    ]


def _accepted() -> Select[Document]:
    """Documents whose file was accepted and is still owed to clients, by id."""
    gone = (DocumentState.AWAITING_UPLOAD, DocumentState.DELETED)
    return (
        select(Document)
        .where(Document.state.not_in(gone), Document.queued_at.is_not(None))
        .order_by(Document.id)
    )
