"""Texts of pages as later steps read them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.claims import PageClaim, StaleFence
from store.models import PageText


@dataclass(frozen=True, slots=True)
class Seen:
    """What the cleanup works on; fields as in `store.models.PageText`."""

    raw: str
    words: list[dict[str, Any]]
    confidence: float | None
    engine: str
    languages: list[str]
    image_key: str | None


def read(session: Session, document_id: UUID, number: int) -> Seen | None:
    """What was read on a page; None: nothing yet."""
    row = session.execute(
        select(*(getattr(PageText, each.name) for each in fields(Seen))).where(
            PageText.document_id == document_id, PageText.number == number
        )
    ).one_or_none()
    return None if row is None else Seen(*row)


def read_raw(session: Session, claim: PageClaim) -> Seen:
    """What was read on a page that is claimed for its cleanup. Raises StaleFence: it is gone."""
    found = read(session, claim.source.document_id, claim.number)
    if found is None:
        raise StaleFence
    return found


def read_in(session: Session, document_id: UUID) -> list[str]:
    """The languages that the document's page written last was read in; none: no page was yet."""
    found = session.execute(
        select(PageText.languages)
        .where(PageText.document_id == document_id)
        .order_by(PageText.written_at.desc())
        .limit(1)
    ).scalar()
    return found or []
