"""Time as the database sees it: leases live by one clock, whatever the workers think."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Interval, cast, func, literal

# The wall clock of the statement, not of the transaction: a claim that waited for a row lock
# must not be born with part of its lease spent.
now: ColumnElement[datetime] = func.clock_timestamp()

# What times are compared with: stable within a statement, so that an index can be used and a
# partition left out. It is a little earlier than `now`, so a lease is never thought over early.
asked_at: ColumnElement[datetime] = func.statement_timestamp()


def after(seconds: float) -> ColumnElement[datetime]:
    """The database's time, `seconds` from now."""
    return now + cast(literal(f"{seconds} seconds"), Interval)
