"""What a client may ask of a document: cancel, retry, delete; and what becomes of a deleted one."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete as delete_rows
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from store import rereads, sheaves
from store.arrows import IllegalMove, fresh, move
from store.clock import after, now
from store.endings import close_sheaves, told
from store.models import Document, Page
from store.moves import Accepted, Deleted, Move, PagesFinished
from store.states import RUNNING, DocumentState, PageState, Stage


def cancel(session: Session, document: Document) -> list[Move]:
    """awaiting_upload, queued or processing -> cancelled; done pages stay. Raises IllegalMove.

    A page that was being read again is done as it was before.
    """
    open_states = RUNNING | {DocumentState.AWAITING_UPLOAD}
    move(
        session,
        document,
        DocumentState.CANCELLED,
        "cancelled",
        only_from=open_states,
        stage=Stage.ENDED,
        finished_at=now,
        lease_until=None,
    )
    close_sheaves(session, document.id)
    rereads.give_up(session, document)
    return [told(session, document, DocumentState.CANCELLED)]


def retry(
    session: Session, document: Document, *, lease_seconds: float, plan: sheaves.Plan
) -> list[Move]:
    """partial, failed or cancelled -> processing again, for the pages that are not done.

    A document that was never split goes back to queued. Raises IllegalMove.
    """
    ended = {DocumentState.PARTIAL, DocumentState.FAILED, DocumentState.CANCELLED}
    if document.page_count is None:
        if document.sha256 is None:
            raise IllegalMove(document.state, "retried")
        move(
            session,
            document,
            DocumentState.QUEUED,
            "retried",
            only_from=ended,
            **fresh(document, Stage.SPLIT) | {"redrive_at": after(lease_seconds)},
        )
        return [Accepted(document.id, document.tenant, document.generation)]
    move(
        session,
        document,
        DocumentState.PROCESSING,
        "retried",
        only_from=ended,
        **fresh(document, Stage.PAGES),
        pages_failed=0,
    )
    return _reopen_pages(session, document, lease_seconds, plan)


def delete(session: Session, document: Document) -> list[Move]:
    """Any state -> deleted, for good. Raises IllegalMove when it is deleted already."""
    move(
        session,
        document,
        DocumentState.DELETED,
        "deleted",
        deleted_at=now,
        redrive_at=None,
        drives=0,
    )
    close_sheaves(session, document.id)
    return [Deleted(document.id, document.tenant, document.generation)]


def deleted(session: Session, document_id: UUID) -> Document | None:
    """A deleted document whose rows still stand."""
    return session.scalars(
        select(Document).where(Document.id == document_id, Document.state == DocumentState.DELETED)
    ).one_or_none()


def purge(session: Session, document_id: UUID) -> None:
    """Remove a deleted document's rows, and all that belongs to it but its Idempotency-Key."""
    session.execute(
        delete_rows(Document)
        .where(Document.id == document_id, Document.state == DocumentState.DELETED)
        .execution_options(synchronize_session=False)
    )


def _reopen_pages(
    session: Session, document: Document, lease_seconds: float, plan: sheaves.Plan
) -> list[Move]:
    """Put every page that is not done into new sheaves of the document's new generation."""
    numbers = list(
        session.scalars(
            select(Page.number)
            .where(Page.document_id == document.id, Page.state != PageState.DONE)
            .order_by(Page.number)
        )
    )
    if not numbers:
        session.execute(
            update(Document)
            .where(Document.id == document.id)
            .values(stage=Stage.AGGREGATE, redrive_at=after(lease_seconds))
        )
        return [PagesFinished(document.id, document.tenant, document.generation)]
    bundles = sheaves.fold([(number, False) for number in numbers], plan)
    for index, bundle in enumerate(bundles):
        rereads.reopen(session, document, bundle.pages, sheaf=index)
    sheaves.add(session, document.id, document.tenant, document.generation, bundles)
    return sheaves.dispatch(session, plan)
