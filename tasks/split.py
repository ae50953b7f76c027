"""Queue `split`: look at a file, count its pages, give each a row."""

from __future__ import annotations

from dataclasses import asdict

from pipelines import bulk
from pipelines.inspect import inspect
from store import documents
from store.claims import DocumentClaim
from store.states import Stage
from tasks import names
from tasks.app import app
from tasks.context import Context
from tasks.options import options_of
from tasks.steps import Outcome, document_step


@app.task(name=names.SPLIT)
def split(document_id: str, generation: int) -> None:
    """Split one document."""
    document_step(document_id, generation, Stage.SPLIT, look)


def look(held: Context, claim: DocumentClaim) -> Outcome:
    """The pages of a file, without rendering any."""
    path = held.sources.fetch(claim.source)
    options = options_of(claim.source)
    seen = inspect(path, options, held.limits)
    pages = [
        documents.NewPage(page.number, asdict(page), cheap)
        for page, cheap in zip(seen.pages, bulk.cheap(seen.pages, options), strict=True)
    ]
    return lambda session: documents.record_split(
        session, claim, media_type=seen.media_type, pages=pages, plan=held.plan
    )
