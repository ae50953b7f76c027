"""The gate of a provider, one for all workers: concurrency, rate, pauses, circuit breaker.

It lives in Postgres with the ledger, so that a call that is let through and its cost are one
transaction, and a dead worker's place comes free when its call expires.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from store.clock import after, now
from store.spending import CallState, LlmCall, LlmProvider

_FULL_WAIT = 0.5  # seconds until a full gate is looked at again
_LONGEST_PAUSE = 600.0  # seconds; a provider that asks for more is asked again then
_MOST_DOUBLINGS = 4


@dataclass(frozen=True, slots=True)
class Gate:
    """How much of a provider may be used at once."""

    provider: str
    concurrency: int
    per_minute: float | None = None  # None: no bound
    breaker_failures: int = 5  # one after the other, then nothing is sent
    breaker_seconds: float = 30.0  # for so long; doubled at each failure of the probe after it


@dataclass(frozen=True, slots=True)
class Shut:
    """The gate does not open now."""

    wait_seconds: float
    down: bool = False  # the breaker is open: do not wait


def enter(session: Session, gate: Gate) -> Shut | None:
    """Take one request out of the bucket; None: go. The provider's row stays locked.

    The open calls of `store.ledger` are what is on its way. After the breaker's time one call at a
    time may try whether the provider is back.
    """
    row, time = _locked(session, gate)
    if row.open_until is not None and row.open_until > time:
        return Shut(_until(row.open_until, time), down=True)
    if row.paused_until is not None and row.paused_until > time:
        return Shut(_until(row.paused_until, time))
    probing = row.failures >= gate.breaker_failures
    on_its_way = _on_its_way(session, gate.provider)
    if probing and on_its_way:
        return Shut(_FULL_WAIT, down=True)
    if on_its_way >= gate.concurrency:
        return Shut(_FULL_WAIT)
    if gate.per_minute is None:
        return None
    rate = gate.per_minute / 60
    most = max(1.0, min(float(gate.concurrency), gate.per_minute))
    row.tokens = min(most, row.tokens + rate * _until(time, row.filled_at))
    row.filled_at = time
    if row.tokens < 1:
        session.flush()
        return Shut((1 - row.tokens) / rate)
    row.tokens -= 1
    session.flush()
    return None


def well(session: Session, gate: Gate) -> None:
    """The provider did its part: the breaker closes."""
    row, _ = _locked(session, gate)
    row.failures, row.open_until = 0, None
    session.flush()


def failed(session: Session, gate: Gate) -> None:
    """The provider did not do its part; after some failures in a row the breaker opens."""
    row, _ = _locked(session, gate)
    row.failures = min(row.failures + 1, 1000)
    over = row.failures - gate.breaker_failures
    if over >= 0:
        seconds = gate.breaker_seconds * 2 ** min(over, _MOST_DOUBLINGS)
        row.open_until = after(seconds)
    session.flush()


def pause(session: Session, gate: Gate, seconds: float) -> None:
    """The provider asked to be left alone for `seconds`."""
    row, time = _locked(session, gate)
    wait = min(max(seconds, 0.0), _LONGEST_PAUSE)
    if row.paused_until is None or _until(row.paused_until, time) < wait:
        row.paused_until = after(wait)
    session.flush()


def _locked(session: Session, gate: Gate) -> tuple[LlmProvider, datetime]:
    """The provider's row, made full when there is none, and the database's time under its lock."""
    session.execute(
        insert(LlmProvider)
        .values(name=gate.provider, tokens=float(gate.concurrency), filled_at=now)
        .on_conflict_do_nothing()
    )
    row = session.scalars(
        select(LlmProvider)
        .where(LlmProvider.name == gate.provider)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    return row, session.scalars(select(now)).one()


def _on_its_way(session: Session, provider: str) -> int:
    open_calls = session.scalar(
        select(func.count())
        .select_from(LlmCall)
        .where(
            LlmCall.provider == provider,
            LlmCall.state == CallState.OPEN,
            LlmCall.expires_at > now,
        )
    )
    return open_calls or 0


def _until(later: datetime, earlier: datetime) -> float:
    return (later - earlier).total_seconds()
