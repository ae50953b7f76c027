"""Queue `llm`: clean one page's text. Rules for now; a model will stand here."""

from __future__ import annotations

from sqlalchemy.orm import Session

from pipelines.clean import clean as clean_text
from store import pages
from store.claims import PageClaim
from store.moves import Move
from store.states import PageStage
from tasks import names, telling
from tasks.app import app
from tasks.context import Context
from tasks.steps import Outcome, page_step


@app.task(name=names.CLEAN)
def clean(document_id: str, generation: int, page: int) -> None:
    """Clean one page."""
    page_step(document_id, generation, page, PageStage.CLEAN, tidy)


def tidy(held: Context, claim: PageClaim) -> Outcome:
    """The page's raw text made clean; the raw text stays beside it."""
    with held.database.begin() as session:
        raw, engine, languages = pages.read_raw(session, claim)
    text = clean_text(raw, tuple(languages))

    def keep(session: Session) -> list[Move]:
        moves = pages.record_clean(session, claim, text)
        telling.page_ended(session, "done", engine)
        return moves

    return keep
