"""Queue `aggregate`: send the next sheaf, and end a document whose pages have all ended."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from octavo.killpoints import killpoint
from pipelines.identity import CACHED
from pipelines.summary import PageDigest, summarise
from store import documents, queries, sheaves
from store.claims import DocumentClaim
from store.states import PageState, Stage
from tasks import names
from tasks.app import app
from tasks.context import Context, context
from tasks.recording import record_each
from tasks.steps import Outcome, document_step, surviving


@app.task(name=names.ADVANCE)
def advance(document_id: str, generation: int) -> None:
    """The body of a sheaf's chord: there is room for the next sheaves, of whichever document."""
    del generation
    held = context()
    killpoint("advance.called")
    with surviving(document_id), held.database.begin() as session:
        record_each(session, sheaves.dispatch(session, held.plan), UUID(document_id))


@app.task(name=names.AGGREGATE)
def aggregate(document_id: str, generation: int) -> None:
    """End one document."""
    document_step(document_id, generation, Stage.AGGREGATE, add_up)


def add_up(held: Context, claim: DocumentClaim) -> Outcome:
    """The document in a few figures; its text is read page by page from the rows."""
    with held.database.begin() as session:
        summary = summarise(
            PageDigest(
                number=row.number,
                done=row.state == PageState.DONE,
                words=row.words or 0,
                confidence=row.confidence,
                engine=row.engine,
                languages=tuple(row.languages or ()),
                cached=CACHED in (row.flags or ()),
            )
            for row in queries.digests(session, claim.source.document_id)
        )
    return lambda session: documents.record_aggregate(session, claim, summary=asdict(summary))
