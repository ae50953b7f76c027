"""Is it alive, is it ready, what is it, how much of what."""

from __future__ import annotations

import platform
from importlib.metadata import version as version_of
from typing import Any

from flask import Response

from api import checks
from api.blueprint import Blueprint
from api.schemas.health import Live, Ready, Version
from api.services import services
from octavo.telemetry import metrics
from store import revisions
from store.findings import Standing

blueprint = Blueprint(
    "health", __name__, description="For machines that watch this one; open without a key."
)


_STATES = {Standing.OK: "up", Standing.WARNING: "warning", Standing.MISSING: "down"}


@blueprint.get("/livez")
@blueprint.operation(None)
@blueprint.response(200, Live, description="The process answers.")
def livez() -> Any:
    """Ask whether this process lives; nothing else is asked."""
    return {"state": "live"}


@blueprint.get("/readyz")
@blueprint.operation(None)
@blueprint.response(200, Ready, description="Everything is there that requests need.")
@blueprint.alt_response(503, schema=Ready, description="Something is down; `checks` says what.")
def readyz() -> Any:
    """Ask whether database, migrations, broker and object store are there.

    A broker that is down is a warning: documents are accepted, and wait for it. The answer is
    kept for two seconds.
    """
    found = services().readiness.latest()
    ready = checks.is_ready(found)
    shown = [
        {"name": each.name, "state": _STATES[each.standing], "detail": each.words} for each in found
    ]
    return {"state": "ready" if ready else "not_ready", "checks": shown}, 200 if ready else 503


@blueprint.get("/version")
@blueprint.operation(None)
@blueprint.response(200, Version, description="What runs here.")
def version() -> Any:
    """Ask what runs here."""
    return {
        "name": "octavo",
        "version": version_of("octavo"),
        "python": platform.python_version(),
        "migration": revisions.head(),
    }


@blueprint.get("/metrics")
@blueprint.operation(None)
@blueprint.response(
    200,
    {"type": "string"},
    content_type="text/plain",
    description="In the text format of Prometheus.",
)
def exposition() -> Response:
    """Read the metrics of this process, and how documents, pages, outbox and queues stand."""
    body, content_type = metrics.exposition()
    return Response(body, content_type=content_type)
