"""When each queue was last seen to finish something: a worker may live and consume nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from store.clock import now
from store.models import Canary


class Work(StrEnum):
    """What somebody holds a live claim for."""

    SPLIT = "split"
    RECOGNIZE = "recognize"
    CLEAN = "clean"
    AGGREGATE = "aggregate"


def finished(session: Session, queue: str, others: Collection[str]) -> None:
    """A task of `queue` has ended now; from now on something is expected of the others too."""
    session.execute(
        insert(Canary)
        .values([{"queue": other} for other in sorted(others)])
        .on_conflict_do_nothing(index_elements=["queue"])
    )
    session.execute(
        insert(Canary)
        .values(queue=queue, done_at=now)
        .on_conflict_do_update(index_elements=["queue"], set_={"done_at": now})
    )


def ages(session: Session) -> Mapping[str, float]:
    """Seconds since each queue was seen to finish something; empty before the first canary."""
    age = func.extract("epoch", now - func.coalesce(Canary.done_at, Canary.since))
    rows = session.execute(select(Canary.queue, age))
    return {queue: max(0.0, float(seconds)) for queue, seconds in rows}


def held(session: Session) -> set[Work]:
    """What workers that renew their leases are at, however long it takes them."""
    return {Work(work) for work in session.scalars(text(_HELD))}


_HELD = """
SELECT DISTINCT CASE p.state WHEN 'running' THEN 'recognize' ELSE 'clean' END
FROM pages p JOIN documents d ON d.id = p.document_id
WHERE d.state = 'processing' AND p.state IN ('running', 'recognized')
  AND p.lease_until > clock_timestamp()
UNION
SELECT d.stage FROM documents d
WHERE d.state = 'processing' AND d.stage IN ('split', 'aggregate')
  AND d.lease_until > clock_timestamp()
"""
