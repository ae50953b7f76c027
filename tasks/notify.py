"""Queue `notify`: tell those who wait that a document has ended."""

from __future__ import annotations

from uuid import UUID

from octavo.telemetry import logs
from store import endings
from tasks import names
from tasks.app import app
from tasks.context import context
from tasks.steps import surviving

_log = logs.get_logger(__name__)


@app.task(name=names.ANNOUNCE)
def announce(document_id: str, generation: int) -> None:
    """Wake the requests that wait for this document, and say in the log how it ended."""
    held = context()
    with surviving(document_id):
        with held.database.begin() as session:
            state = endings.announce(session, UUID(document_id))
        _log.info("document.ended", state=state, generation=generation)
