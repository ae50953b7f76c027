"""The rows of the outbox: added with a state change, taken in batches, marked, removed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from store.clock import after, now
from store.models import OutboxRow


@dataclass(frozen=True, slots=True)
class NewRow:
    """An event to be kept."""

    topic: str
    version: int
    key: str
    payload: dict[str, Any]
    trace: dict[str, str]


@dataclass(frozen=True, slots=True)
class Backlog:
    """How the outbox stands."""

    unpublished: int
    dead: int
    oldest_seconds: float  # age of the oldest unpublished row; 0 when there is none


def add(session: Session, rows: Sequence[NewRow]) -> int:
    """Keep events; one whose key is there already is the same event and is not kept twice."""
    if not rows:
        return 0
    kept = session.execute(
        insert(OutboxRow)
        .values(
            [
                {
                    "topic": row.topic,
                    "version": row.version,
                    "key": row.key,
                    "payload": row.payload,
                    "trace": row.trace,
                }
                for row in rows
            ]
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(OutboxRow.id)
    ).all()
    return len(kept)


def take(session: Session, limit: int) -> Sequence[OutboxRow]:
    """The next unpublished rows, locked until the transaction ends; other relays pass them over."""
    return session.scalars(
        select(OutboxRow)
        .where(
            OutboxRow.published_at.is_(None),
            OutboxRow.dead_at.is_(None),
            OutboxRow.next_attempt_at <= now,
        )
        .order_by(OutboxRow.next_attempt_at, OutboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def mark_published(session: Session, ids: Iterable[int]) -> None:
    """These rows have reached the broker."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(list(ids)))
        .values(published_at=now, attempts=OutboxRow.attempts + 1, last_error=None)
        .execution_options(synchronize_session=False)
    )


def mark_failed(
    session: Session, errors: Mapping[int, str], *, max_attempts: int, longest_wait: float = 60.0
) -> None:
    """These rows have not: wait 0.5 s doubled at each attempt, and give up after `max_attempts`."""
    for row_id, error in errors.items():
        row = session.get_one(OutboxRow, row_id)
        row.attempts += 1
        row.last_error = error[:1000]
        row.next_attempt_at = after(min(longest_wait, 0.5 * 2 ** min(row.attempts, 20)))
        if row.attempts >= max_attempts:
            row.dead_at = now
    session.flush()


def backlog(session: Session) -> Backlog:
    """Counts for `/metrics`, `/readyz` and `octavo doctor`."""
    unpublished, oldest = session.execute(
        select(
            func.count(),
            func.coalesce(func.extract("epoch", now - func.min(OutboxRow.created_at)), 0.0),
        ).where(OutboxRow.published_at.is_(None), OutboxRow.dead_at.is_(None))
    ).one()
    dead = session.scalar(select(func.count()).where(OutboxRow.dead_at.is_not(None)))
    return Backlog(unpublished, dead or 0, float(oldest))


def listing(session: Session, *, dead: bool, limit: int) -> Sequence[OutboxRow]:
    """Rows an operator asks about: the dead ones, or those still to be published."""
    which = (
        OutboxRow.dead_at.is_not(None)
        if dead
        else OutboxRow.published_at.is_(None) & OutboxRow.dead_at.is_(None)
    )
    return session.scalars(select(OutboxRow).where(which).order_by(OutboxRow.id).limit(limit)).all()


def revive(session: Session, ids: Sequence[int] | None) -> int:
    """Take up dead rows again (all of them when `ids` is None); how many."""
    revived = session.scalars(
        update(OutboxRow)
        .where(
            OutboxRow.dead_at.is_not(None),
            *([OutboxRow.id.in_(ids)] if ids is not None else []),
        )
        .values(dead_at=None, attempts=0, next_attempt_at=now)
        .returning(OutboxRow.id)
    ).all()
    return len(revived)


def remove_published(session: Session, older_than: timedelta, limit: int) -> int:
    """Remove at most `limit` rows published before that age; never an unpublished one. How many."""
    doomed = (
        select(OutboxRow.id)
        .where(OutboxRow.published_at < now - older_than)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    removed = session.scalars(
        delete(OutboxRow)
        .where(OutboxRow.id.in_(doomed))
        .returning(OutboxRow.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(removed)
