"""The ledger as people read it: in the currency, beside the budget."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from llm.config import ConfigInvalid, Models, models
from octavo.settings import Settings
from store import usage
from store.models import Document
from store.spending import NANOS


def of_document(session: Session, settings: Settings, document: Document) -> dict[str, Any] | None:
    """What a document cost; None: no model was asked."""
    found = usage.of(session, document.tenant, str(document.id))
    if found is None:
        return None
    known = _known(settings)
    return _told(found, known.budgets.of_document() if known else None)


def of_tenant(
    session: Session, settings: Settings, tenant: str, month: str | None
) -> dict[str, Any]:
    """What a tenant's calls cost in a month; None: in this one."""
    month = month or usage.this_month(session)
    known = _known(settings)
    return {
        "tenant": tenant,
        "month": month,
        "currency": known.currency if known else "USD",
        **_told(
            usage.of(session, tenant, month) or usage.Spent(),
            known.budgets.of_tenant(tenant) if known else None,
        ),
        "models": [
            {
                "provider": each.provider,
                "model": each.model,
                "calls": each.calls,
                "tokens_in": each.tokens_in,
                "tokens_out": each.tokens_out,
                "cost": each.nanos / NANOS,
            }
            for each in usage.by_model(session, tenant, month)
        ],
    }


def _told(found: usage.Spent, budget: int | None) -> dict[str, Any]:
    return {
        "calls": found.calls,
        "tokens_in": found.tokens_in,
        "tokens_out": found.tokens_out,
        "cost": found.nanos / NANOS,
        "held": found.held_nanos / NANOS,
        "budget": None if budget is None else budget / NANOS,
    }


def _known(settings: Settings) -> Models | None:
    """What was spent is told even while the operator's file is broken."""
    try:
        return models(settings)
    except ConfigInvalid:
        return None
