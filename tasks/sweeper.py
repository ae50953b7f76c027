"""The sweeper: set going again whatever stands still."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from octavo.killpoints import killpoint
from octavo.telemetry import logs, metrics
from store import answers, ledger, pages, partitions, sheaves, sweep
from store.moves import Move
from tasks import telling
from tasks.context import Context
from tasks.recording import record_each

_log = logs.get_logger(__name__)


def run_once(held: Context) -> Counter[str]:
    """Every repair once, each in a transaction of its own; how many moves each made.

    Two sweepers at once are harmless: rows that one holds the other passes over.
    """
    plan, most = held.plan, held.settings.max_attempts
    repairs: dict[str, Callable[[Session], list[Move]]] = {
        "sheaf_overdue": lambda session: sweep.overdue_sheaves(session, plan, most),
        "document_overdue": lambda session: sweep.overdue_documents(
            session, plan.lease_seconds, most
        ),
        "upload_expired": sweep.expired_uploads,
        "unpurged": lambda session: sweep.unpurged(session, plan.lease_seconds),
        "sheaf_waiting": lambda session: sheaves.dispatch(session, plan),
    }
    done: Counter[str] = Counter()
    for kind, repair in repairs.items():
        with _alone(kind):
            moves, lost = _repair(held, repair)
            _count(done, kind, moves)
            _count(done, "page_quarantined", lost)
            metrics.PAGES.labels(outcome="failed", engine=telling.NO_ENGINE).inc(lost)
    with _alone("llm"), held.database.begin() as session:
        _count(done, "call_abandoned", ledger.abandon(session))
        answers.forget(session)
    with _alone("partitions"):
        partitions.ensure(held.database)
    return done


def _repair(held: Context, repair: Callable[[Session], list[Move]]) -> tuple[int, int]:
    """Moves made and pages quarantined by one repair."""
    with held.database.begin() as session:
        moves = repair(session)
        if moves:
            killpoint("sweep.repaired")
        record_each(session, moves)
        return len(moves), pages.quarantined(session)


@contextmanager
def _alone(kind: str) -> Iterator[None]:
    """One repair that fails keeps no other from its turn."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 the sweeper is the net under everything else
        _log.error("sweep.failed", kind=kind, error=f"{type(error).__name__}: {error}"[:500])


def _count(done: Counter[str], kind: str, moves: int) -> None:
    if moves:
        done[kind] += moves
        metrics.REPAIRS.labels(kind=kind).inc(moves)
        _log.warning("sweep.repaired", kind=kind, moves=moves)
