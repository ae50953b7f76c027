"""Objects that belong to no document any more, told from the documents' rows.

Every answer here stays true: a document that has no row never gets one under an id an hour old, a
deleted one stays deleted, and one that has left `awaiting_upload` never waits for a file again.
So an object may be removed after the transaction that judged it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.clock import after
from store.layout import Part, Place
from store.models import Document
from store.states import DocumentState


@dataclass(frozen=True, slots=True)
class Owner:
    """What a document's row says of its objects."""

    state: DocumentState
    object_key: str


def before(session: Session, seconds: float) -> datetime:
    """The database's time, `seconds` ago."""
    return session.execute(select(after(-seconds))).scalar_one()


def owners(session: Session, document_ids: Iterable[UUID]) -> Mapping[UUID, Owner]:
    """The documents that have a row and are not deleted."""
    rows = session.execute(
        select(Document.id, Document.state, Document.object_key).where(
            Document.id.in_(set(document_ids)), Document.state != DocumentState.DELETED
        )
    )
    return {row.id: Owner(row.state, row.object_key) for row in rows}


def is_orphan(key: str, place: Place, owner: Owner | None) -> bool:
    """Whether nothing will ever ask for this object.

    A `source` that its document does not name comes from a confirmation that was overtaken, by a
    cancel or by the end of its time; while the document still waits, one may be under way.
    """
    if owner is None:
        return True
    waits = owner.state is DocumentState.AWAITING_UPLOAD
    match place.part:
        case Part.INCOMING:
            return not waits
        case Part.SOURCE:
            return not waits and owner.object_key != key
        case Part.IMAGE | Part.RESULT:
            return False
