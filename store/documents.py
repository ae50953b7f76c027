"""The arrows of a document that its pages do not draw, from accepted to deleted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete as delete_rows
from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from store import sheaves
from store.claims import DocumentClaim, StaleFence, source_of
from store.clock import after, asked_at, now
from store.models import Document, Ending, Page, Sheaf
from store.moves import Accepted, Deleted, Ended, Move, PagesFinished
from store.pages import Failure
from store.states import (
    DOCUMENT_ARROWS,
    RUNNING,
    DocumentState,
    PageState,
    SheafState,
    Stage,
)

CHANNEL = "octavo_documents"  # NOTIFY payload: the id of a document that has ended


@dataclass(frozen=True, slots=True)
class Upload:
    """What is known of a document when it is created."""

    document_id: UUID
    tenant: str
    filename: str
    media_type: str
    size_bytes: int
    sha256: str | None
    object_key: str
    options: dict[str, Any]
    trace: dict[str, Any]


class IllegalMove(Exception):
    """The document's state has no such arrow; carries the state it is in."""

    def __init__(self, state: DocumentState, wanted: str) -> None:
        super().__init__(f"a document that is {state} cannot be {wanted}")
        self.state = state
        self.wanted = wanted


def accept(session: Session, upload: Upload, *, lease_seconds: float) -> list[Move]:
    """(new) -> queued: the object is stored."""
    session.add(
        Document(
            id=upload.document_id,
            tenant=upload.tenant,
            state=DocumentState.QUEUED,
            stage=Stage.SPLIT,
            filename=upload.filename,
            media_type=upload.media_type,
            size_bytes=upload.size_bytes,
            sha256=upload.sha256,
            object_key=upload.object_key,
            options=upload.options,
            trace=upload.trace,
            queued_at=now,
            redrive_at=after(lease_seconds),
        )
    )
    session.flush()
    return [Accepted(upload.document_id, upload.tenant, 1)]


def promise(session: Session, upload: Upload, *, expires_seconds: float) -> None:
    """(new) -> awaiting_upload: the client was given a presigned POST."""
    session.add(
        Document(
            id=upload.document_id,
            tenant=upload.tenant,
            state=DocumentState.AWAITING_UPLOAD,
            stage=Stage.SPLIT,
            filename=upload.filename,
            media_type=upload.media_type,
            size_bytes=upload.size_bytes,
            sha256=upload.sha256,
            object_key=upload.object_key,
            options=upload.options,
            trace=upload.trace,
            redrive_at=after(expires_seconds),
        )
    )
    session.flush()


def confirm(
    session: Session,
    document: Document,
    *,
    object_key: str,
    media_type: str,
    size_bytes: int,
    sha256: str,
    lease_seconds: float,
) -> list[Move]:
    """awaiting_upload -> queued: the promised object has arrived. Raises IllegalMove."""
    _move(
        session,
        document,
        DocumentState.QUEUED,
        "confirmed",
        only_from={DocumentState.AWAITING_UPLOAD},
        object_key=object_key,
        media_type=media_type,
        size_bytes=size_bytes,
        sha256=sha256,
        queued_at=now,
        redrive_at=after(lease_seconds),
    )
    return [Accepted(document.id, document.tenant, document.generation)]


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
    pages: Sequence[tuple[int, dict[str, Any]]],
    plan: sheaves.Plan,
) -> list[Move]:
    """split -> pages: every page has its row before any is sent. Raises StaleFence.

    `pages` are (number, PageInfo as a dict), not empty: a file without pages has failed.
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
    numbers = [number for number, _ in pages]
    bundles = sheaves.fold(numbers, plan.sheaf_pages)
    sheaf_of = {number: index for index, bundle in enumerate(bundles) for number in bundle}
    session.execute(
        insert(Page),
        [
            {
                "document_id": source.document_id,
                "number": number,
                "generation": source.generation,
                "sheaf": sheaf_of[number],
                "source": info,
            }
            for number, info in pages
        ],
    )
    sheaves.add(session, source.document_id, source.tenant, source.generation, bundles)
    return sheaves.dispatch(session, plan)


def record_aggregate(
    session: Session, claim: DocumentClaim, *, summary: dict[str, Any]
) -> list[Move]:
    """aggregate -> completed, partial or failed, by what its pages became. Raises StaleFence."""
    document = _hold(session, claim, lease_until=None, summary=summary)
    return _end(session, document, _outcome(document))


def record_failure(session: Session, claim: DocumentClaim, failure: Failure) -> list[Move]:
    """queued or processing -> failed: the file as a whole cannot be read. Raises StaleFence."""
    document = _hold(session, claim, lease_until=None, reason=failure.reason, detail=failure.detail)
    return _end(session, document, DocumentState.FAILED)


def fail(session: Session, document: Document, failure: Failure) -> list[Move]:
    """awaiting_upload or processing -> ended with `failure`, for a document nobody holds.

    Failed, but for a document whose pages have all ended: that keeps what they became.
    """
    document.reason, document.detail = failure.reason, failure.detail
    document.lease_until = None
    session.flush()
    read = document.stage is Stage.AGGREGATE
    return _end(session, document, _outcome(document) if read else DocumentState.FAILED)


def cancel(session: Session, document: Document) -> list[Move]:
    """awaiting_upload, queued or processing -> cancelled; done pages stay. Raises IllegalMove."""
    open_states = RUNNING | {DocumentState.AWAITING_UPLOAD}
    _move(
        session,
        document,
        DocumentState.CANCELLED,
        "cancelled",
        only_from=open_states,
        stage=Stage.ENDED,
        finished_at=now,
        lease_until=None,
    )
    _close_sheaves(session, document.id)
    return [_told(session, document, DocumentState.CANCELLED)]


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
        _move(
            session,
            document,
            DocumentState.QUEUED,
            "retried",
            only_from=ended,
            **_fresh(document, Stage.SPLIT) | {"redrive_at": after(lease_seconds)},
        )
        return [Accepted(document.id, document.tenant, document.generation)]
    _move(
        session,
        document,
        DocumentState.PROCESSING,
        "retried",
        only_from=ended,
        **_fresh(document, Stage.PAGES),
        pages_failed=0,
    )
    return _reopen_pages(session, document, lease_seconds, plan)


def delete(session: Session, document: Document) -> list[Move]:
    """Any state -> deleted, for good. Raises IllegalMove when it is deleted already."""
    _move(
        session,
        document,
        DocumentState.DELETED,
        "deleted",
        deleted_at=now,
        redrive_at=None,
        drives=0,
    )
    _close_sheaves(session, document.id)
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


def announce(session: Session, document_id: UUID) -> DocumentState | None:
    """Wake whoever listens on `CHANNEL` for this document; the state it is in, None when gone.

    The NOTIFY takes the lock over the whole database that `outbox.doorbell` keeps away from
    uploads and pages. Here it may: the transaction does nothing else, nobody waits for it, and
    there is one for each document that ends.
    """
    session.execute(select(func.pg_notify(CHANNEL, str(document_id))))
    return session.scalar(select(Document.state).where(Document.id == document_id))


def _fresh(document: Document, stage: Stage) -> dict[str, Any]:
    return {
        "stage": stage,
        "generation": document.generation + 1,
        "attempt": 0,
        "drives": 0,
        "lease_until": None,
        "redrive_at": None,
        "reason": None,
        "detail": None,
        "queued_at": now,
        "finished_at": None,
    }


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
    bundles = sheaves.fold(numbers, plan.sheaf_pages)
    for index, bundle in enumerate(bundles):
        session.execute(
            update(Page)
            .where(Page.document_id == document.id, Page.number.in_(bundle))
            .values(
                generation=document.generation,
                sheaf=index,
                state=PageState.PENDING,
                attempt=0,
                # A result that was on its way when the document ended is refused from here on.
                fence=Page.fence + 1,
                lease_until=None,
                reason=None,
                detail=None,
                retryable=None,
                finished_at=None,
            )
        )
    sheaves.add(session, document.id, document.tenant, document.generation, bundles)
    return sheaves.dispatch(session, plan)


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


def _move(
    session: Session,
    document: Document,
    state: DocumentState,
    wanted: str,
    *,
    only_from: Collection[DocumentState] | None = None,
    **values: Any,
) -> None:
    """Compare-and-set on state and generation; raises IllegalMove with the state found instead."""
    origins = {before for before, to in DOCUMENT_ARROWS if to is state}
    if only_from is not None:
        origins &= set(only_from)
    moved = session.scalars(
        update(Document)
        .where(
            Document.id == document.id,
            Document.state.in_(origins),
            Document.generation == document.generation,
        )
        .values(state=state, **values)
        .returning(Document)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if moved is None:
        session.refresh(document)
        raise IllegalMove(document.state, wanted)


def _end(session: Session, document: Document, state: DocumentState) -> list[Move]:
    _move(
        session, document, state, str(state), stage=Stage.ENDED, finished_at=now, lease_until=None
    )
    _close_sheaves(session, document.id)
    return [_told(session, document, state)]


def _outcome(document: Document) -> DocumentState:
    """What a document is whose pages have all ended."""
    if document.pages_failed == 0:
        return DocumentState.COMPLETED
    return DocumentState.PARTIAL if document.pages_done else DocumentState.FAILED


def _told(session: Session, document: Document, state: DocumentState) -> Move:
    session.add(Ending(document_id=document.id, generation=document.generation, state=state))
    session.flush()
    return Ended(document.id, document.tenant, document.generation, state)


def _close_sheaves(session: Session, document_id: UUID) -> None:
    session.execute(
        update(Sheaf)
        .where(Sheaf.document_id == document_id, Sheaf.state != SheafState.DONE)
        .values(state=SheafState.DONE)
        .execution_options(synchronize_session=False)
    )
