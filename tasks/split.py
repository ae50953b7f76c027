"""Queue `split`: look at a file, count its pages, give each a row."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy.orm import Session

from pipelines import bulk
from pipelines.inspect import inspect
from store import documents, filling
from store.claims import DocumentClaim
from store.moves import Move
from store.states import Stage
from tasks import names, telling
from tasks.app import app
from tasks.cache import PageCache
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
    known = PageCache.of(held, claim, options).known(page.number for page in seen.pages)

    def keep(session: Session) -> list[Move]:
        moves = documents.record_split(
            session, claim, media_type=seen.media_type, pages=pages, plan=held.plan, known=known
        )
        if known is not None:
            telling.pages_found(session, filling.filled(session), len(pages), known.finished)
        return moves

    return keep
