"""Find what breaks the promises of docs/reliability.md in the live database, in one snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, Engine, text

from store.invariants import CHECKS, Check

MOST = 100  # offending ids a check names
_SECONDS = 300  # a check may take that long


@dataclass(frozen=True, slots=True)
class Violation:
    """One promise that is broken, and by which rows."""

    invariant: str  # A to G
    words: str
    ids: tuple[str, ...]  # of documents, pages, sheaves, outbox rows, objects; at most MOST
    more: bool = False  # there are others


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long things may take and how often they may be tried."""

    within: float  # seconds from accepted to ended, from written to published
    max_attempts: int
    outbox_attempts: int


def run(engine: Engine, bounds: Bounds, *, at_rest: bool = False) -> list[Violation]:
    """Everything that is broken; empty: nothing is.

    `at_rest`: nothing may be open any more. Otherwise documents may be anywhere on their way, and
    only what contradicts itself, or takes longer than `bounds.within`, is found. Reads only.
    """
    checks = [check for check in CHECKS if at_rest or not check.at_rest]
    snapshot = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with snapshot.begin() as connection:
        connection.execute(text(f"SET LOCAL statement_timeout = '{_SECONDS}s'"))
        return [found for check in checks if (found := _broken(connection, check, bounds))]


def violation(invariant: str, words: str, ids: Iterable[str]) -> Violation | None:
    """The first MOST of `ids` under one sentence; None when there are none."""
    shown: list[str] = []
    for found in ids:
        if len(shown) == MOST:
            return Violation(invariant, words, tuple(shown), more=True)
        shown.append(found)
    return Violation(invariant, words, tuple(shown)) if shown else None


def _broken(connection: Connection, check: Check, bounds: Bounds) -> Violation | None:
    known = asdict(bounds)
    # Only constants of this package meet here.
    query = text(f"SELECT id::text FROM ({check.sql}) b ORDER BY 1 LIMIT {MOST + 1}")  # noqa: S608
    wanted = {name: known[name] for name in query.compile().params}
    return violation(check.invariant, check.words, connection.execute(query, wanted).scalars())
