"""What the sweeper repairs: each way a document can stand still, found and set going again."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from octavo.telemetry import logs
from store import documents, pages, sheaves
from store.claims import Failure, StaleFence
from store.clock import after, asked_at
from store.models import Document, Page, Sheaf
from store.moves import Accepted, Deleted, Move, PagesFinished
from store.states import PAGE_ENDED, RUNNING, DocumentState, PageState, SheafState, Stage

_log = logs.get_logger(__name__)
_BATCH = 100
_SLOWEST = 5  # a redrive waits at most lease * 2**5


def overdue_sheaves(session: Session, plan: sheaves.Plan, max_attempts: int) -> list[Move]:
    """Send a sheaf's unheld pages again; quarantine those whose attempts are used up.

    A page whose lease has run out is sent at once, however busy the rest of its sheaf is; pages
    that nobody ever took only when the whole sheaf has been silent for long enough.
    """
    moves: list[Move] = []
    late = (Sheaf.redrive_at < asked_at).label("late")
    dropped = select(Page.number).where(
        Page.document_id == Sheaf.document_id,
        Page.generation == Sheaf.generation,
        Page.sheaf == Sheaf.number,
        Page.state.in_([PageState.RUNNING, PageState.RECOGNIZED]),
        Page.lease_until < asked_at,
    )
    rows = session.execute(
        select(Document, Sheaf, late)
        .join(Sheaf, Sheaf.document_id == Document.id)
        .where(
            Document.state == DocumentState.PROCESSING,
            Document.generation == Sheaf.generation,
            Sheaf.state == SheafState.DISPATCHED,
            or_(Sheaf.redrive_at < asked_at, dropped.exists()),
        )
        .order_by(Sheaf.redrive_at)
        .limit(_BATCH)
        .with_for_update(skip_locked=True, of=(Document, Sheaf))
    ).all()
    for _, sheaf, silent in rows:
        # One sheaf whose rows contradict each other must not keep the others waiting.
        try:
            with session.begin_nested():
                moves += _drive_again(session, sheaf, silent, plan, max_attempts)
        except StaleFence:
            _log.error("sweep.sheaf_inconsistent", document_id=str(sheaf.document_id))
    return moves


def _drive_again(
    session: Session, sheaf: Sheaf, silent: bool, plan: sheaves.Plan, max_attempts: int
) -> list[Move]:
    moves: list[Move] = []
    dropped = Page.lease_until < asked_at
    unheld = session.scalars(
        select(Page)
        .where(
            Page.document_id == sheaf.document_id,
            Page.generation == sheaf.generation,
            Page.sheaf == sheaf.number,
            Page.state.not_in(PAGE_ENDED),
            or_(Page.lease_until.is_(None), dropped) if silent else dropped,
        )
        .order_by(Page.number)
        .with_for_update()
    ).all()
    worn_out = [page for page in unheld if page.attempt >= max_attempts]
    for page in worn_out:
        moves += pages.quarantine(
            session,
            page,
            Failure(
                "attempts_exhausted",
                f"No worker finished this page in {page.attempt} attempts; each one died or ran"
                " out of time. Retry the document, or look at the page.",
                retryable=True,
            ),
            lease_seconds=plan.lease_seconds,
        )
    wanted = [page.number for page in unheld if page not in worn_out]
    if wanted:
        wait = plan.lease_seconds * 2 ** min(sheaf.drives, _SLOWEST)
        # Without a lease they wait for their message like any other, until the sheaf is silent.
        session.execute(
            update(Page)
            .where(Page.document_id == sheaf.document_id, Page.number.in_(wanted))
            .values(lease_until=None)
            .execution_options(synchronize_session=False)
        )
        untried = all(page.state is PageState.PENDING and not page.attempt for page in unheld)
        moves += sheaves.send(session, sheaf, wanted, wait, bulk=sheaf.bulk and untried)
    elif not worn_out:
        session.execute(
            update(Sheaf)
            .where(
                Sheaf.document_id == sheaf.document_id,
                Sheaf.generation == sheaf.generation,
                Sheaf.number == sheaf.number,
            )
            .values(redrive_at=after(plan.lease_seconds))
        )
    return moves


def overdue_documents(session: Session, lease_seconds: float, max_attempts: int) -> list[Move]:
    """Ask again for a split or an aggregate that nobody holds; end what was tried too often."""
    moves: list[Move] = []
    for document in session.scalars(
        select(Document)
        .where(
            Document.state.in_(RUNNING),
            Document.stage.in_([Stage.SPLIT, Stage.AGGREGATE]),
            Document.redrive_at < asked_at,
            or_(Document.lease_until.is_(None), Document.lease_until < asked_at),
        )
        .order_by(Document.redrive_at)
        .limit(_BATCH)
        .with_for_update(skip_locked=True)
    ):
        if document.attempt >= max_attempts:
            failure = Failure(
                "attempts_exhausted",
                f"No worker finished the {document.stage} of this file in {document.attempt}"
                " attempts. Retry it, or look at the file.",
                retryable=True,
            )
            moves += documents.fail(session, document, failure)
            continue
        document.drives += 1
        document.redrive_at = after(lease_seconds * 2 ** min(document.drives, _SLOWEST))
        session.flush()
        tell = Accepted if document.stage is Stage.SPLIT else PagesFinished
        moves.append(tell(document.id, document.tenant, document.generation, document.drives))
    return moves


def expired_uploads(session: Session) -> list[Move]:
    """End presigned uploads that were never confirmed."""
    moves: list[Move] = []
    for document in session.scalars(
        select(Document)
        .where(Document.state == DocumentState.AWAITING_UPLOAD, Document.redrive_at < asked_at)
        .limit(_BATCH)
        .with_for_update(skip_locked=True)
    ):
        failure = Failure(
            "upload_expired", "The file was not uploaded and confirmed in time. Upload it again."
        )
        moves += documents.fail(session, document, failure)
    return moves


def unpurged(session: Session, lease_seconds: float) -> list[Move]:
    """Ask again for the removal of deleted documents whose rows still stand."""
    moves: list[Move] = []
    for document in session.scalars(
        select(Document)
        .where(
            Document.state == DocumentState.DELETED,
            Document.deleted_at < asked_at - timedelta(seconds=lease_seconds),
            or_(Document.redrive_at.is_(None), Document.redrive_at < asked_at),
        )
        .limit(_BATCH)
        .with_for_update(skip_locked=True)
    ):
        document.drives += 1
        document.redrive_at = after(lease_seconds * 2 ** min(document.drives, _SLOWEST))
        session.flush()
        moves.append(Deleted(document.id, document.tenant, document.generation, document.drives))
    return moves
