"""What is read and never changed: documents, pages and texts as clients and stages ask for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, tuple_
from sqlalchemy.orm import Session, defer

from store.models import Document, Idempotency, Page, PageText
from store.states import DocumentState, PageState

_WORDS = (PageText.words, PageText.clean_words)  # far larger than the rest of a page


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a listing goes on: after this document, newest first."""

    created_at: datetime
    document_id: UUID


def document(
    session: Session, tenant: str, document_id: UUID, *, lock: bool = False
) -> Document | None:
    """A tenant's document; None when there is none, it is another's, or it is deleted.

    `lock`: wait for changes under way, and keep others out until the transaction ends.
    """
    query = select(Document).where(
        Document.id == document_id,
        Document.tenant == tenant,
        Document.state != DocumentState.DELETED,
    )
    # The lock that an UPDATE takes: rows that refer to the document can be added meanwhile.
    locked = query.with_for_update(key_share=True)
    return session.scalars(locked if lock else query).one_or_none()


def documents(
    session: Session,
    tenant: str,
    *,
    state: DocumentState | None = None,
    filename: str | None = None,
    created_after: datetime | None = None,
    created_before: datetime | None = None,
    after: Cursor | None = None,
    limit: int,
) -> Sequence[Document]:
    """A tenant's documents, newest first; `filename` matches any part of the name."""
    query = select(Document).where(
        Document.tenant == tenant, Document.state != DocumentState.DELETED
    )
    if state is not None:
        query = query.where(Document.state == state)
    if filename is not None:
        query = query.where(Document.filename.icontains(filename, autoescape=True))
    if created_after is not None:
        query = query.where(Document.created_at >= created_after)
    if created_before is not None:
        query = query.where(Document.created_at < created_before)
    if after is not None:
        query = query.where(
            tuple_(Document.created_at, Document.id) < tuple_(after.created_at, after.document_id)
        )
    return session.scalars(
        query.order_by(Document.created_at.desc(), Document.id.desc()).limit(limit)
    ).all()


def failed_pages(session: Session, document_id: UUID) -> Sequence[Page]:
    """The pages that failed, in order."""
    return session.scalars(
        select(Page)
        .where(Page.document_id == document_id, Page.state == PageState.FAILED)
        .order_by(Page.number)
    ).all()


def pages(
    session: Session, document_id: UUID, *, after: int = 0, limit: int, words: bool = False
) -> Sequence[tuple[Page, PageText | None]]:
    """Pages in order with what was read on them; `after` is a page number.

    Word boxes are the greater part of it and come only with `words`.
    """
    rows = session.execute(
        select(Page, PageText)
        .outerjoin(
            PageText,
            (PageText.document_id == Page.document_id) & (PageText.number == Page.number),
        )
        .options(*([] if words else [defer(each, raiseload=True) for each in _WORDS]))
        .where(Page.document_id == document_id, Page.number > after)
        .order_by(Page.number)
        .limit(limit)
    )
    return [(found, text) for found, text in rows]


def missing_pages(session: Session, document_id: UUID) -> Sequence[int]:
    """Numbers of the pages without text, in order."""
    return session.scalars(
        select(Page.number)
        .outerjoin(
            PageText,
            (PageText.document_id == Page.document_id) & (PageText.number == Page.number),
        )
        .where(Page.document_id == document_id, PageText.number.is_(None))
        .order_by(Page.number)
    ).all()


def edition(session: Session, document_id: UUID) -> tuple[int, int]:
    """(texts, sum of the claims that wrote them): another pair once any page's text is another."""
    row = session.execute(
        select(func.count(), func.coalesce(func.sum(PageText.fence), 0)).where(
            PageText.document_id == document_id
        )
    ).one()
    return int(row[0]), int(row[1])


def read_by_another(session: Session, document_id: UUID, engine: str) -> bool:
    """Whether any page was read by something else than this engine."""
    return bool(
        session.scalar(
            select(
                select(PageText.number)
                .where(PageText.document_id == document_id, PageText.engine != engine)
                .exists()
            )
        )
    )


def page(session: Session, document_id: UUID, number: int) -> tuple[Page, PageText | None] | None:
    """One page with all that was read on it."""
    found = session.get(Page, (document_id, number))
    if found is None:
        return None
    return found, session.get(PageText, (document_id, number))


def texts(session: Session, document_id: UUID) -> Iterator[tuple[int, str]]:
    """(number, best text) of every page in order; a page without text yields an empty one.

    Streamed: a book of any length is never held in memory.
    """
    rows = session.execute(
        select(Page.number, PageText.clean, PageText.raw)
        .outerjoin(
            PageText,
            (PageText.document_id == Page.document_id) & (PageText.number == Page.number),
        )
        .where(Page.document_id == document_id)
        .order_by(Page.number)
        .execution_options(yield_per=50)
    )
    for number, clean, raw in rows:
        yield number, clean if clean is not None else raw or ""


def digests(session: Session, document_id: UUID) -> Iterator[Row[tuple[Any, ...]]]:
    """(number, state, words, confidence, engine, languages, flags) of every page, in order.

    Streamed.
    """
    yield from session.execute(
        select(
            Page.number,
            Page.state,
            func.jsonb_array_length(PageText.words).label("words"),
            PageText.confidence,
            PageText.engine,
            PageText.languages,
            PageText.flags,
        )
        .outerjoin(
            PageText,
            (PageText.document_id == Page.document_id) & (PageText.number == Page.number),
        )
        .where(Page.document_id == document_id)
        .order_by(Page.number)
        .execution_options(yield_per=500)
    )


def idempotent(session: Session, tenant: str, key: str) -> Idempotency | None:
    """What this ``Idempotency-Key`` was used for before."""
    return session.get(Idempotency, (tenant, key))


def traces(session: Session, document_ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """The W3C trace context each of these documents was uploaded in."""
    rows = session.execute(
        select(Document.id, Document.trace).where(Document.id.in_(set(document_ids)))
    )
    return {row.id: row.trace for row in rows}
