"""What calls to models came to: read from the ledger's accounts, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.spending import CallState, LlmAccount, LlmCall

# The month that calls are booked to now, by the database's clock.
month = func.to_char(func.timezone("UTC", func.clock_timestamp()), "YYYY-MM")


@dataclass(frozen=True, slots=True)
class Spent:
    """Calls that are over, and what is held for others."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    nanos: int = 0
    held_nanos: int = 0


@dataclass(frozen=True, slots=True)
class ModelSpent:
    """The same of one model."""

    provider: str
    model: str
    calls: int
    tokens_in: int
    tokens_out: int
    nanos: int


def of(session: Session, tenant: str, holder: str) -> Spent | None:
    """An account: `holder` is a month ("2026-11") or a document's id. None: no call was made."""
    found = session.get(LlmAccount, (tenant, holder))
    if found is None:
        return None
    return Spent(
        found.calls, found.tokens_in, found.tokens_out, found.spent_nanos, found.held_nanos
    )


def by_model(session: Session, tenant: str, period: str) -> Sequence[ModelSpent]:
    """A tenant's month by provider and model, dearest first."""
    cost = func.sum(LlmCall.cost_nanos)
    rows = session.execute(
        select(
            LlmCall.provider,
            LlmCall.model,
            func.count(),
            func.sum(LlmCall.tokens_in),
            func.sum(LlmCall.tokens_out),
            cost,
        )
        .where(
            LlmCall.tenant == tenant,
            LlmCall.period == period,
            LlmCall.state != CallState.OPEN,
        )
        .group_by(LlmCall.provider, LlmCall.model)
        .order_by(cost.desc(), LlmCall.provider, LlmCall.model)
    )
    return [ModelSpent(row[0], row[1], *map(int, row[2:])) for row in rows]


def this_month(session: Session) -> str:
    """Such as "2026-11", UTC."""
    found: str = session.scalars(select(month)).one()
    return found
