"""Texts found by what their pages are: an index over the texts that documents have, no store.

A text under a key is that of a page of a document of the same tenant. It goes with its document,
so nothing is found that no document has any more.
"""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import ColumnElement, or_, select, tuple_, update
from sqlalchemy.orm import Session

from store.clock import after
from store.models import Document, PageText
from store.pages import Reading
from store.states import DocumentState

FLAG = "cached"  # of a page whose text was read on another
_FOUND = tuple(each.name for each in fields(Reading) if each.name != "image_key")


def find(session: Session, tenant: str, raster_key: bytes, *, seconds: float) -> Reading | None:
    """What was read on a page of these pixels in the last `seconds`; None: nothing that counts."""
    row = (
        session.execute(
            select(*(PageText.__table__.columns[name] for name in _FOUND))
            .select_from(PageText)
            .join(Document, Document.id == PageText.document_id)
            .where(PageText.raster_key == raster_key, *counts(tenant, seconds))
            .order_by(PageText.written_at.desc())
            .limit(1)
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        return None
    flags = [*(flag for flag in row["flags"] if flag != FLAG), FLAG]
    return Reading(**{**row, "flags": flags}, image_key=None)


def forget(session: Session, older_than_seconds: float, limit: int) -> int:
    """Take at most `limit` texts of that age out of the index, and leave them in their documents.

    How many.
    """
    old = (
        select(PageText.document_id, PageText.number)
        .where(
            PageText.written_at < after(-older_than_seconds),
            or_(PageText.source_key.is_not(None), PageText.raster_key.is_not(None)),
        )
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    gone = session.execute(
        update(PageText)
        .where(tuple_(PageText.document_id, PageText.number).in_(old))
        .values(source_key=None, raster_key=None)
        .returning(PageText.number)
        .execution_options(synchronize_session=False)
    ).all()
    return len(gone)


def counts(tenant: str, seconds: float) -> tuple[ColumnElement[bool], ...]:
    """A text of this tenant's that may stand for another page, `seconds` old at most."""
    return (
        Document.tenant == tenant,
        Document.state != DocumentState.DELETED,
        PageText.written_at > after(-seconds),
    )
