"""The rows of the outbox: added with a state change, taken in batches, marked, removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from store.clock import after, asked_at, now
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


def add(session: Session, rows: Sequence[NewRow]) -> None:
    """Keep events, in the transaction of what they tell of."""
    if rows:
        session.execute(insert(OutboxRow), [asdict(row) for row in rows])


def take(session: Session, limit: int) -> Sequence[OutboxRow]:
    """The next unpublished rows, locked until the transaction ends; other relays pass them over."""
    return session.scalars(
        select(OutboxRow)
        .where(
            OutboxRow.published_at.is_(None),
            OutboxRow.dead_at.is_(None),
            OutboxRow.next_attempt_at <= asked_at,
        )
        .order_by(OutboxRow.next_attempt_at, OutboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def mark_published(session: Session, rows: Sequence[OutboxRow]) -> None:
    """These rows have reached the broker."""
    if rows:
        session.execute(
            update(OutboxRow)
            .where(*_among(rows))
            .values(published_at=now, attempts=OutboxRow.attempts + 1, last_error=None)
            .execution_options(synchronize_session=False)
        )


def mark_failed(
    session: Session,
    rows: Sequence[OutboxRow],
    errors: Mapping[int, str],
    *,
    max_attempts: int,
    longest_wait: float = 60.0,
) -> None:
    """These rows have not: wait 1 s, doubled at each attempt, and give up after `max_attempts`."""
    for row in rows:
        row.attempts += 1
        row.last_error = errors[row.id][:1000]
        row.next_attempt_at = after(min(longest_wait, 0.5 * 2 ** min(row.attempts, 20)))
        if row.attempts >= max_attempts:
            row.dead_at = now
    session.flush()


def _among(rows: Sequence[OutboxRow]) -> tuple[ColumnElement[bool], ...]:
    """These rows, with the bounds that let Postgres look at their partitions alone."""
    created = [row.created_at for row in rows]
    return (
        OutboxRow.created_at >= min(created),
        OutboxRow.created_at <= max(created),
        OutboxRow.id.in_([row.id for row in rows]),
    )


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
    """Remove at most `limit` published rows of that age; never an unpublished one. How many."""
    doomed = (
        select(OutboxRow.id)
        .where(OutboxRow.created_at < asked_at - older_than, OutboxRow.published_at.is_not(None))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    removed = session.scalars(
        delete(OutboxRow)
        .where(
            OutboxRow.created_at < asked_at - older_than,
            OutboxRow.published_at.is_not(None),
            OutboxRow.id.in_(doomed),
        )
        .returning(OutboxRow.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(removed)
