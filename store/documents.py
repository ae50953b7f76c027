"""A document's own stages, split and aggregate: claimed, given back, recorded under the fence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from store import filling, sheaves
from store.claims import DocumentClaim, Failure, StaleFence, source_of
from store.clock import after, asked_at, now
from store.endings import end
from store.fan_in import finish_pages
from store.models import Document, Page
from store.moves import Move
from store.states import RUNNING, DocumentState, Stage


@dataclass(frozen=True, slots=True)
class NewPage:
    """A page as the split found it."""

    number: int
    info: dict[str, Any]  # pipelines.values.PageInfo
    cheap: bool = False  # costs less to read than a message; see `store.sheaves.fold`


def claim(
    session: Session,
    document_id: UUID,
    generation: int,
    stage: Stage,
    *,
    lease_seconds: float,
    max_attempts: int,
) -> DocumentClaim | None:
    """Take the right to split or aggregate, counting the attempt first; None: nothing to do."""
    document = session.scalars(
        update(Document)
        .where(
            Document.id == document_id,
            Document.generation == generation,
            Document.stage == stage,
            Document.state.in_(RUNNING),
            Document.attempt < max_attempts,
            or_(Document.lease_until.is_(None), Document.lease_until < asked_at),
        )
        .values(
            state=DocumentState.PROCESSING,
            attempt=Document.attempt + 1,
            fence=Document.fence + 1,
            lease_until=after(lease_seconds),
            started_at=func.coalesce(Document.started_at, now),
        )
        .returning(Document)
    ).one_or_none()
    if document is None:
        return None
    return DocumentClaim(
        source=source_of(document),
        stage=stage,
        fence=document.fence,
        attempt=document.attempt,
        lease_seconds=lease_seconds,
    )


def release(
    session: Session, claim: DocumentClaim, *, retry_after_seconds: float, refund: bool
) -> None:
    """Give a claim back after a passing fault; the sweeper drives it again. Raises StaleFence."""
    _hold(
        session,
        claim,
        lease_until=None,
        redrive_at=after(retry_after_seconds),
        attempt=claim.attempt - 1 if refund else claim.attempt,
    )


def record_split(
    session: Session,
    claim: DocumentClaim,
    *,
    media_type: str,
    pages: Sequence[NewPage],
    plan: sheaves.Plan,
    known: filling.Known | None = None,
) -> list[Move]:
    """split -> pages: every page has its row before any is sent. Raises StaleFence.

    There are `pages`: a file without any has failed. Those whose text is `known` are done, or wait
    for their cleanup; when all are done: split -> aggregate.
    """
    _hold(
        session,
        claim,
        stage=Stage.PAGES,
        attempt=0,
        drives=0,
        lease_until=None,
        redrive_at=None,
        media_type=media_type,
        page_count=len(pages),
    )
    source = claim.source
    bundles = sheaves.fold([(page.number, page.cheap) for page in pages], plan)
    sheaf_of = {number: index for index, bundle in enumerate(bundles) for number in bundle.pages}
    session.execute(
        insert(Page),
        [
            {
                "document_id": source.document_id,
                "number": page.number,
                "generation": source.generation,
                "sheaf": sheaf_of[page.number],
                "source": page.info,
            }
            for page in pages
        ],
    )
    sheaves.add(session, source.document_id, source.tenant, source.generation, bundles)
    if known is not None and filling.fill(session, source, known) == len(pages) and known.finished:
        return finish_pages(session, claim)
    return sheaves.dispatch(session, plan)


def record_aggregate(
    session: Session, claim: DocumentClaim, *, summary: dict[str, Any]
) -> list[Move]:
    """aggregate -> completed, partial or failed, by what its pages became. Raises StaleFence."""
    document = _hold(session, claim, lease_until=None, summary=summary)
    return end(session, document, _outcome(document))


def record_failure(session: Session, claim: DocumentClaim, failure: Failure) -> list[Move]:
    """queued or processing -> failed: the file as a whole cannot be read. Raises StaleFence."""
    document = _hold(session, claim, lease_until=None, reason=failure.reason, detail=failure.detail)
    return end(session, document, DocumentState.FAILED)


def fail(session: Session, document: Document, failure: Failure) -> list[Move]:
    """awaiting_upload or processing -> ended with `failure`, for a document nobody holds.

    Failed, but for a document whose pages have all ended: that keeps what they became.
    """
    document.reason, document.detail = failure.reason, failure.detail
    document.lease_until = None
    session.flush()
    read = document.stage is Stage.AGGREGATE
    return end(session, document, _outcome(document) if read else DocumentState.FAILED)


def _hold(session: Session, claim: DocumentClaim, **values: Any) -> Document:
    held = session.scalars(
        update(Document)
        .where(
            Document.id == claim.source.document_id,
            Document.generation == claim.source.generation,
            Document.state == DocumentState.PROCESSING,
            Document.stage == claim.stage,
            Document.fence == claim.fence,
        )
        .values(**values)
        .returning(Document)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if held is None:
        raise StaleFence
    return held


def _outcome(document: Document) -> DocumentState:
    """What a document is whose pages have all ended."""
    if document.pages_failed == 0:
        return DocumentState.COMPLETED
    return DocumentState.PARTIAL if document.pages_done else DocumentState.FAILED
