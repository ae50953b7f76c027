"""The arrows of a page: claim, recognised, done, failed.

Locks are taken document, then sheaf, then page, so two finishing pages wait for each other but
never in a circle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from store import fan_in, versions
from store.claims import Failure, PageClaim, StaleFence, source_of
from store.clock import after, asked_at, now
from store.models import Document, Page, PageText, Sheaf
from store.moves import Move
from store.states import DocumentState, PageStage, PageState

_QUARANTINED = "quarantined"  # in a session's info


@dataclass(frozen=True, slots=True)
class Reading:
    """A recognition as it is kept; fields as in `store.models.PageText`."""

    raw: str
    words: list[dict[str, Any]]
    confidence: float | None
    width: int
    height: int
    dpi: float
    engine: str
    languages: list[str]
    flags: list[str]
    image_key: str | None
    blocks: list[dict[str, Any]] = field(default_factory=list)
    turn: int = 0
    source_key: bytes | None = None
    raster_key: bytes | None = None
    written_at: datetime | None = None  # of a text that was read on another page


def claim(
    session: Session,
    document_id: UUID,
    generation: int,
    number: int,
    step: PageStage,
    *,
    lease_seconds: float,
    max_attempts: int,
) -> PageClaim | None:
    """Take the right to do `step`, counting the attempt before the work; None: nothing to do.

    None covers a page that is done, held by somebody else, out of attempts, or whose document
    was cancelled, deleted or retried since the message was sent.
    """
    free = (
        or_(
            Page.state == PageState.PENDING,
            and_(
                Page.state == PageState.RUNNING,
                or_(Page.lease_until.is_(None), Page.lease_until < asked_at),
            ),
        )
        if step is PageStage.RECOGNIZE
        else and_(
            Page.state == PageState.RECOGNIZED,
            or_(Page.lease_until.is_(None), Page.lease_until < asked_at),
        )
    )
    taken = session.execute(
        update(Page)
        .where(
            Page.document_id == document_id,
            Page.number == number,
            Page.generation == generation,
            Page.attempt < max_attempts,
            free,
            Document.id == Page.document_id,
            Document.state == DocumentState.PROCESSING,
            Document.generation == generation,
        )
        .values(
            state=PageState.RUNNING if step is PageStage.RECOGNIZE else PageState.RECOGNIZED,
            attempt=Page.attempt + 1,
            fence=Page.fence + 1,
            lease_until=after(lease_seconds),
            started_at=now,
        )
        .returning(Page.sheaf, Page.fence, Page.attempt, Page.source, Page.options, Page.version)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if taken is None:
        return None
    document = session.get_one(Document, document_id)
    return PageClaim(
        source=source_of(document, taken.options),
        number=number,
        sheaf=taken.sheaf,
        step=step,
        fence=taken.fence,
        attempt=taken.attempt,
        lease_seconds=lease_seconds,
        page=taken.source,
        version=taken.version,
    )


def record_recognition(
    session: Session,
    claim: PageClaim,
    reading: Reading,
    info: dict[str, Any] | None = None,
) -> None:
    """running -> recognized, with its text, and what was seen of the page. Raises StaleFence."""
    seen = {} if info is None else {"source": info}
    _hold(session, claim, PageState.RUNNING, state=PageState.RECOGNIZED, attempt=0, **seen)
    keep_texts(session, claim.source.document_id, [text_row(claim, reading)])


def text_row(claim: PageClaim, reading: Reading, clean: str | None = None) -> dict[str, Any]:
    """A page's text as its row is written."""
    return {
        "number": claim.number,
        "raw": reading.raw,
        "clean": clean,
        "clean_words": None,
        "cleanup": None,
        "words": reading.words,
        "confidence": reading.confidence,
        "width": reading.width,
        "height": reading.height,
        "dpi": reading.dpi,
        "engine": reading.engine,
        "languages": reading.languages,
        "flags": reading.flags,
        "blocks": reading.blocks,
        "turn": reading.turn,
        "image_key": reading.image_key,
        "source_key": reading.source_key,
        "raster_key": reading.raster_key,
        "version": claim.version,
        "fence": claim.fence,
        "read_at": reading.written_at,
    }


def keep_texts(session: Session, document_id: UUID, rows: Sequence[dict[str, Any]]) -> None:
    """Write texts of pages that are held, over those of earlier attempts."""
    read_at = bindparam("read_at", type_=PageText.written_at.type)
    new = insert(PageText.__table__).values(written_at=func.coalesce(read_at, now))  # type: ignore[arg-type]
    names = {"written_at", *rows[0]} - {"number", "read_at"}
    session.execute(
        new.on_conflict_do_update(
            index_elements=["document_id", "number"],
            set_={name: new.excluded[name] for name in names},
        ),
        [{"document_id": document_id, **row} for row in rows],
    )


def record_clean(
    session: Session,
    claim: PageClaim,
    clean: str,
    *,
    words: list[dict[str, Any]] | None = None,
    cleanup: dict[str, Any] | None = None,
) -> list[Move]:
    """recognized -> done, with the clean text. Raises StaleFence.

    `words`: those of the clean text where a model's was taken; `cleanup`: what the model did.
    """
    moves = _finish(session, claim, PageState.RECOGNIZED, state=PageState.DONE, keeps=None)
    session.execute(
        update(PageText)
        .where(PageText.document_id == claim.source.document_id, PageText.number == claim.number)
        .values(clean=clean, clean_words=words, cleanup=cleanup, fence=claim.fence)
    )
    return moves


def record_failure(session: Session, claim: PageClaim, failure: Failure) -> list[Move]:
    """running or recognized -> failed, with the reason. Raises StaleFence.

    A page that was read before is done again instead: what it kept stays its text, and the reason
    tells why there is no new one.
    """
    document_id, number = claim.source.document_id, claim.number
    kept = session.scalar(
        select(Page.keeps).where(Page.document_id == document_id, Page.number == number)
    )
    moves = _finish(
        session,
        claim,
        _before(claim),
        state=PageState.FAILED if kept is None else PageState.DONE,
        reason=failure.reason,
        detail=failure.detail,
        retryable=failure.retryable,
        keeps=None,
    )
    if kept is not None:
        versions.bring_back(session, document_id, number, kept, fence=claim.fence)
    return moves


def release(
    session: Session, claim: PageClaim, *, retry_after_seconds: float, refund: bool
) -> None:
    """Give a claim back after a passing fault, to be driven again. Raises StaleFence.

    `refund` does not count the attempt: the fault was the system's, not the page's.
    """
    session.execute(
        update(Sheaf)
        .where(
            Sheaf.document_id == claim.source.document_id,
            Sheaf.generation == claim.source.generation,
            Sheaf.number == claim.sheaf,
        )
        .values(redrive_at=after(retry_after_seconds))
        .execution_options(synchronize_session=False)
    )
    _hold(
        session,
        claim,
        _before(claim),
        lease=after(retry_after_seconds),
        attempt=claim.attempt - 1 if refund else claim.attempt,
    )


def quarantine(
    session: Session, page: Page, failure: Failure, *, lease_seconds: float
) -> list[Move]:
    """running or recognized -> failed, for a page whose lease ran out at its last attempt."""
    document = session.get_one(Document, page.document_id)
    claim = PageClaim(
        source=source_of(document, page.options),
        number=page.number,
        sheaf=page.sheaf,
        step=PageStage.RECOGNIZE if page.state == PageState.RUNNING else PageStage.CLEAN,
        fence=page.fence,
        attempt=page.attempt,
        lease_seconds=lease_seconds,
        page=page.source,
        version=page.version,
    )
    moves = record_failure(session, claim, failure)
    session.info[_QUARANTINED] = quarantined(session) + 1
    return moves


def quarantined(session: Session) -> int:
    """How many pages this session has quarantined."""
    count: int = session.info.get(_QUARANTINED, 0)
    return count


def _before(claim: PageClaim) -> PageState:
    """The state a page is in while it is claimed for this step."""
    return PageState.RUNNING if claim.step is PageStage.RECOGNIZE else PageState.RECOGNIZED


def _hold(
    session: Session,
    claim: PageClaim,
    before: PageState,
    *,
    lease: Any = None,
    **values: Any,
) -> None:
    alive = (
        select(Document.id)
        .where(
            Document.id == claim.source.document_id,
            Document.state == DocumentState.PROCESSING,
            Document.generation == claim.source.generation,
        )
        .exists()
    )
    held = session.scalar(
        update(Page)
        .where(
            Page.document_id == claim.source.document_id,
            Page.number == claim.number,
            Page.fence == claim.fence,
            Page.state == before,
            alive,
        )
        .values(lease_until=lease, **values)
        .returning(Page.fence)
        .execution_options(synchronize_session=False)
    )
    if held is None:
        raise StaleFence


def _finish(
    session: Session, claim: PageClaim, before: PageState, *, state: PageState, **values: Any
) -> list[Move]:
    """End a page, count it off its sheaf and its document, and tell when it was the last."""
    failed = int(state is PageState.FAILED)
    last = fan_in.count_off(session, claim, done=1 - failed, failed=failed)
    _hold(session, claim, before, state=state, finished_at=now, **values)
    return fan_in.finish_pages(session, claim) if last else []
