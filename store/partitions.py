"""The outbox's partitions, one a day: made ahead of time, dropped whole when long over.

Dropping a day costs the same whether it held ten rows or ten million, and leaves no dead tuples.
Rows of a day without a partition land in the default one, so an insert never fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from store.database import Database

DAYS_AHEAD = 3
_PREFIX = "outbox_"
# One maker at a time; any constant would do.
_PARTITION_LOCK = 0x0C7A_7003
_BRIEFLY = "SET LOCAL lock_timeout = '2s'"


def ensure(database: Database) -> int:
    """Make the partitions of today and the next days that are missing; how many were made.

    Attaching waits for a lock at most two seconds, never in the way of traffic for longer; what
    could not be made is made at a later call.
    """
    with database.begin() as session:
        today: date = session.execute(text("SELECT (now() AT TIME ZONE 'utc')::date")).scalar_one()
        wanted = {_name(day): day for day in _days(today)}
        missing = sorted(wanted.keys() - set(_names(session)))
    made = 0
    for name in missing:
        try:
            with database.begin() as session:
                made += _make(session, name, wanted[name])
        except OperationalError:  # the lock was not to be had in time
            break
    return made


def drop(database: Database, older_than: timedelta) -> int:
    """Drop the days that ended before that age and hold nothing unpublished; how many rows went.

    A day that holds an unpublished or dead row stays whole until that row is gone.
    """
    with database.begin() as session:
        horizon: date = session.execute(
            text("SELECT ((now() - :age) AT TIME ZONE 'utc')::date"), {"age": older_than}
        ).scalar_one()
        over = [name for name in sorted(_names(session)) if _day(name) < horizon]
    removed = 0
    for name in over:
        with database.begin() as session:
            removed += _drop(session, name)
    return removed


def _make(session: Session, name: str, day: date) -> int:
    session.execute(text(_BRIEFLY))
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _PARTITION_LOCK})
    if name in _names(session):
        return 0
    bounds = {"start": f"{day} 00:00:00+00", "end": f"{day + timedelta(days=1)} 00:00:00+00"}
    in_default = text(
        "SELECT EXISTS (SELECT 1 FROM outbox_default"
        " WHERE created_at >= CAST(:start AS timestamptz)"
        " AND created_at < CAST(:end AS timestamptz))"
    )
    if session.execute(in_default, bounds).scalar_one():
        return 0  # the day has begun without a partition; the default one keeps it
    session.execute(text(f"CREATE TABLE {name} (LIKE outbox INCLUDING DEFAULTS)"))
    session.execute(
        text(
            f"ALTER TABLE outbox ATTACH PARTITION {name}"
            f" FOR VALUES FROM ('{bounds['start']}') TO ('{bounds['end']}')"
        )
    )
    return 1


def _drop(session: Session, name: str) -> int:
    session.execute(text(_BRIEFLY))
    pending = text(f"SELECT EXISTS (SELECT 1 FROM {name} WHERE published_at IS NULL)")  # noqa: S608 named by us
    if session.execute(pending).scalar_one():
        return 0
    session.execute(text(f"LOCK TABLE {name} IN ACCESS EXCLUSIVE MODE"))
    if session.execute(pending).scalar_one():
        return 0
    rows: int = session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()  # noqa: S608
    session.execute(text(f"ALTER TABLE outbox DETACH PARTITION {name}"))
    session.execute(text(f"DROP TABLE {name}"))
    return rows


def _names(session: Session) -> list[str]:
    """The partitions there are, without the default one."""
    found = session.execute(
        text(
            "SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid"
            " WHERE inhparent = 'outbox'::regclass AND child.relname ~ '^outbox_[0-9]{8}$'"
        )
    )
    return [row.relname for row in found]


def _days(today: date) -> Iterator[date]:
    return (today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD + 1))


def _name(day: date) -> str:
    return f"{_PREFIX}{day:%Y%m%d}"


def _day(name: str) -> date:
    digits = name.removeprefix(_PREFIX)
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
