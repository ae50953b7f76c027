"""One claimed step, whatever happens in it: do the work, record under the fence, never raise.

A header task that raises suppresses its chord's body, and a `MemoryError` that escapes wedges the
pool, so every outcome is recorded here instead and the task returns a constant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from octavo.killpoints import killpoint
from octavo.telemetry import logs, tracing
from store import bulk, documents, pages
from store.claims import BulkClaim, DocumentClaim, Failure, PageClaim, StaleFence
from store.moves import Move
from store.states import PageStage, Stage
from tasks import lease, telling
from tasks.context import Context, context
from tasks.faults import sorted_out
from tasks.recording import record_each

_log = logs.get_logger(__name__)
# The database is away, rather than unwilling to keep what it was given.
OUTAGES = (OperationalError, InterfaceError, PoolTimeout)

Claim = TypeVar("Claim", DocumentClaim, PageClaim, BulkClaim)
# What a step found, as the change that keeps it.
Outcome = Callable[[Session], list[Move]]


def page_step(
    document_id: str,
    generation: int,
    number: int,
    step: PageStage,
    work: Callable[[Context, PageClaim], Outcome],
) -> None:
    """Claim a page, do `work`, record what it found."""
    held = context()

    def claim(session: Session) -> PageClaim | None:
        return pages.claim(
            session,
            UUID(document_id),
            generation,
            number,
            step,
            lease_seconds=held.settings.lease_seconds,
            max_attempts=held.settings.max_attempts,
        )

    with telling.named(document_id=document_id, page=number):
        _run(held, claim, work, _fail_page, pages.release)


def bulk_step(
    document_id: str,
    generation: int,
    numbers: Sequence[int],
    work: Callable[[Context, BulkClaim], Outcome],
) -> None:
    """Claim many pages of a sheaf at once, do `work`, record what it found."""
    held = context()

    def claim(session: Session) -> BulkClaim | None:
        return bulk.claim(
            session,
            UUID(document_id),
            generation,
            numbers,
            lease_seconds=held.settings.lease_seconds,
        )

    with telling.named(document_id=document_id):
        _run(held, claim, work, _fail_pages, bulk.release)


def document_step(
    document_id: str,
    generation: int,
    stage: Stage,
    work: Callable[[Context, DocumentClaim], Outcome],
) -> None:
    """Claim a document's stage, do `work`, record what it found."""
    held = context()

    def claim(session: Session) -> DocumentClaim | None:
        return documents.claim(
            session,
            UUID(document_id),
            generation,
            stage,
            lease_seconds=held.settings.lease_seconds,
            max_attempts=held.settings.max_attempts,
        )

    with telling.named(document_id=document_id):
        _run(held, claim, work, documents.record_failure, documents.release)


@contextmanager
def surviving(document_id: str | None = None) -> Iterator[None]:
    """For tasks that claim nothing: an outage is logged, and the sweeper asks again."""
    with telling.named(document_id=document_id):
        try:
            yield
        except Exception as error:  # noqa: BLE001 whatever it was, the worker lives on
            _log.error("task.gave_up", error=f"{type(error).__name__}: {error}"[:500])


def _fail_page(session: Session, claim: PageClaim, failure: Failure) -> list[Move]:
    moves = pages.record_failure(session, claim, failure)
    telling.page_ended(session, "failed", telling.NO_ENGINE)
    return moves


def _fail_pages(session: Session, claim: BulkClaim, failure: Failure) -> list[Move]:
    moves = bulk.record_failure(session, claim, failure)
    telling.page_ended(session, "failed", telling.NO_ENGINE, len(claim.pages))
    return moves


def _run(
    held: Context,
    take: Callable[[Session], Claim | None],
    work: Callable[[Context, Claim], Outcome],
    fail: Callable[[Session, Claim, Failure], list[Move]],
    release: Callable[..., None],
) -> None:
    try:
        with held.database.begin() as session:
            claim = take(session)
        if claim is None:
            _log.info("step.nothing_to_do")
            return
        step = telling.step(claim)
        killpoint(f"{step}.claimed")
        with tracing.joined(claim.source.trace):
            with lease.kept(held.database, claim), telling.stage(claim):
                outcome = _attempt(held, claim, work, fail, release)
            killpoint(f"{step}.worked")
            try:
                _record(held, claim, outcome)
            except (StaleFence, *OUTAGES):
                raise
            except Exception as error:  # noqa: BLE001 what cannot be kept is told instead
                _record(held, claim, _settled(held, claim, error, fail, release))
            killpoint(f"{step}.committed")
    except StaleFence:
        _log.warning("step.result_dropped", why="the claim was lost meanwhile")
    except Exception as error:  # noqa: BLE001 an error that left here would end its chord
        # Nothing is recorded and nothing is lost: the lease runs out and the sweeper asks again.
        _log.error("step.not_recorded", error=f"{type(error).__name__}: {error}"[:500])


def _record(held: Context, claim: DocumentClaim | PageClaim | BulkClaim, outcome: Outcome) -> None:
    with held.database.begin() as session:
        record_each(session, outcome(session), claim.source.document_id)
        killpoint(f"{telling.step(claim)}.recorded")


def _attempt(
    held: Context,
    claim: Claim,
    work: Callable[[Context, Claim], Outcome],
    fail: Callable[[Session, Claim, Failure], list[Move]],
    release: Callable[..., None],
) -> Outcome:
    """What the work found, or what is to become of its failure."""
    try:
        return work(held, claim)
    except (StaleFence, *OUTAGES):
        raise
    except Exception as error:  # noqa: BLE001 whatever a page does, its worker lives on
        return _settled(held, claim, error, fail, release)


def _settled(
    held: Context,
    claim: Claim,
    error: Exception,
    fail: Callable[[Session, Claim, Failure], list[Move]],
    release: Callable[..., None],
) -> Outcome:
    """What is to become of a step that failed: an end, or another attempt."""
    fault = sorted_out(error)
    final = not fault.retry or (claim.attempt >= held.settings.max_attempts and not fault.refund)
    _log.warning(
        "step.failed",
        reason=fault.failure.reason,
        detail=fault.failure.detail,
        attempt=claim.attempt,
        final=final,
    )
    if final:
        return lambda session: fail(session, claim, fault.failure)

    def give_back(session: Session) -> list[Move]:
        release(session, claim, retry_after_seconds=fault.wait, refund=fault.refund)
        return []

    return give_back
