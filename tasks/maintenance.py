"""Queue `maintenance`: the sweep, the collection of orphans, the removal of what was deleted."""

from __future__ import annotations

from uuid import UUID

from octavo.killpoints import killpoint
from octavo.telemetry import logs
from store import layout, requests
from tasks import collector, names, sweeper
from tasks.app import app
from tasks.context import context
from tasks.steps import surviving

_log = logs.get_logger(__name__)


@app.task(name=names.SWEEP)
def sweep() -> None:
    """Every repair once; sent by beat."""
    with surviving():
        sweeper.run_once(context())


@app.task(name=names.COLLECT)
def collect(after: str = "") -> None:
    """A part of the object store, then the next part; begun by beat.

    A lost message costs the rest of one round: beat begins the next.
    """
    held = context()
    with surviving():
        if not after:
            collector.forget_keys(held)
            collector.forget_cached(held)
        done = collector.run_once(held, after, most=collector.MOST_OBJECTS)
        if done.more_after is not None:
            collect.apply_async(args=[done.more_after], queue="maintenance")


@app.task(name=names.PURGE)
def purge(document_id: str, generation: int) -> None:
    """Remove a deleted document's objects, then its rows; repeated until both are gone."""
    del generation
    held = context()
    with surviving(document_id):
        with held.database.begin() as session:
            doomed = requests.deleted(session, UUID(document_id))
        if doomed is None:
            return
        removed = held.objects.delete_prefix(layout.prefix(doomed.tenant, doomed.id))
        killpoint("purge.objects_removed")
        with held.database.begin() as session:
            requests.purge(session, doomed.id)
        _log.info("document.purged", objects=removed)
