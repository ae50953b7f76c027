"""Fan-in: pages counted off their sheaf and document, and the step after the last of them.

Locks are taken document, then sheaf.
"""

from __future__ import annotations

from sqlalchemy import case, update
from sqlalchemy.orm import Session

from store.claims import BulkClaim, DocumentClaim, PageClaim, StaleFence
from store.clock import after
from store.models import Document, Sheaf
from store.moves import Move, PagesFinished
from store.states import DocumentState, SheafState, Stage


def count_off(session: Session, claim: PageClaim | BulkClaim, *, done: int, failed: int) -> bool:
    """Count pages off their document and sheaf, in that order; whether these were the last.

    Raises StaleFence for a document that no longer waits for pages, or a sheaf that has ended.
    """
    source, ended = claim.source, done + failed
    counted = session.execute(
        update(Document)
        .where(
            Document.id == source.document_id,
            Document.state == DocumentState.PROCESSING,
            Document.stage == Stage.PAGES,
            Document.generation == source.generation,
        )
        .values(
            pages_done=Document.pages_done + done,
            pages_failed=Document.pages_failed + failed,
        )
        .returning(Document.page_count, Document.pages_done, Document.pages_failed)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if counted is None:
        raise StaleFence
    open_sheaf = session.scalar(
        update(Sheaf)
        .where(
            Sheaf.document_id == source.document_id,
            Sheaf.generation == source.generation,
            Sheaf.number == claim.sheaf,
            Sheaf.pages_left >= ended,
        )
        .values(
            pages_left=Sheaf.pages_left - ended,
            state=case((Sheaf.pages_left == ended, SheafState.DONE), else_=Sheaf.state),
            redrive_at=after(claim.lease_seconds),
        )
        .returning(Sheaf.number)
        .execution_options(synchronize_session=False)
    )
    if open_sheaf is None:
        raise StaleFence
    return bool(counted.pages_done + counted.pages_failed == counted.page_count)


def finish_pages(session: Session, claim: PageClaim | BulkClaim | DocumentClaim) -> list[Move]:
    """pages -> aggregate: every page has ended, the text may be joined."""
    source = claim.source
    session.execute(
        update(Document)
        .where(Document.id == source.document_id)
        .values(stage=Stage.AGGREGATE, attempt=0, drives=0, redrive_at=after(claim.lease_seconds))
        .execution_options(synchronize_session=False)
    )
    return [PagesFinished(source.document_id, source.tenant, source.generation)]
