"""The sweeper: set going again whatever stands still."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from sqlalchemy.orm import Session

from octavo.killpoints import killpoint
from octavo.telemetry import logs, metrics
from store import pages, partitions, sheaves, sweep
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
    partitions.ensure(held.database)
    done: Counter[str] = Counter()
    for kind, repair in repairs.items():
        with held.database.begin() as session:
            moves = repair(session)
            if moves:
                killpoint("sweep.repaired")
            record_each(session, moves)
            lost = pages.quarantined(session)
        _count(done, kind, len(moves))
        _count(done, "page_quarantined", lost)
        metrics.PAGES.labels(outcome="failed", engine=telling.NO_ENGINE).inc(lost)
    return done


def _count(done: Counter[str], kind: str, moves: int) -> None:
    if moves:
        done[kind] += moves
        metrics.REPAIRS.labels(kind=kind).inc(moves)
        _log.warning("sweep.repaired", kind=kind, moves=moves)
