"""Cleanup: where texts differ, what models cost, and a try at one page."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from api import pages, views
from api.auth import caller
from api.blueprint import Blueprint
from api.problems import CleanupUnavailable, NoSuchPath, NotFound, TextMissing
from api.schemas.cleanup import PageDiff, Trial, TrialAsked, Usage, UsageQuery
from api.services import services
from llm import spending, trial
from llm.config import ConfigInvalid, models
from pipelines.cleanup.difference import diff
from pipelines.cleanup.values import Mode

blueprint = Blueprint(
    "cleanups", __name__, url_prefix="/v1", description="What language models did and cost."
)
_LONGEST_TRIAL = 25.0  # seconds; it holds a thread of the API
_PAGE = "/documents/<uuid:document_id>/pages/<int:number>"


@blueprint.get(f"{_PAGE}/diff")
@blueprint.operation("read", NotFound, TextMissing)
@blueprint.response(200, PageDiff, description="Both texts and their differences.")
def difference(document_id: UUID, number: int) -> Any:
    """See what cleaning changed on a page, whether rules did it or a model."""
    with services().database.begin() as session:
        _, text = pages.find(session, document_id, number)
    if text is None:
        raise TextMissing(f"Page {number} has no text yet.")
    changes = () if text.clean is None else diff(text.raw, text.clean)
    return {"raw": text.raw, "clean": text.clean, "changes": list(map(asdict, changes))}


@blueprint.get("/usage")
@blueprint.operation("read")
@blueprint.arguments(UsageQuery, location="query")
@blueprint.response(200, Usage, description="What this key's tenant spent.")
def usage(asked: dict[str, Any]) -> Any:
    """Read what language models cost in a month."""
    held = services()
    with held.database.begin() as session:
        return spending.of_tenant(session, held.settings, caller().tenant, asked["month"])


@blueprint.post(f"{_PAGE}/cleanup")
@blueprint.operation("admin", NotFound, TextMissing, CleanupUnavailable)
@blueprint.arguments(TrialAsked)
@blueprint.response(200, Trial, description="What the model made of it.")
def attempt(asked: dict[str, Any], document_id: UUID, number: int) -> Any:
    """Try a cleanup of one page and see prompt, answer, verdict and cost; the page stays as it is.

    Only where the setting OCTAVO_CLEANUP_DEBUG allows it. The cost counts against the budgets.
    """
    held = services()
    if not held.settings.cleanup_debug:
        raise NoSuchPath("Trials are not allowed here: OCTAVO_CLEANUP_DEBUG is off.")
    with held.database.begin() as session:
        pages.find(session, document_id, number)
    short = min(held.settings.cleanup_seconds, _LONGEST_TRIAL)
    try:
        known = models(held.settings)
        if known is None:
            raise CleanupUnavailable("No language model is configured here.", available=["off"])
        found = trial.attempt(
            held.settings.model_copy(update={"cleanup_seconds": short}),
            held.database,
            held.objects,
            known,
            tenant=caller().tenant,
            document_id=document_id,
            page=number,
            mode=Mode(asked["mode"]),
            provider=asked["provider"],
        )
    except ConfigInvalid as error:
        raise CleanupUnavailable(str(error), available=["off"]) from error
    if found is None:
        raise TextMissing(f"Page {number} has no text yet.")
    return views.trial(found)
