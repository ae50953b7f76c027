"""Queue `llm`: clean one page's text."""

from __future__ import annotations

from sqlalchemy.orm import Session

from store import pages, texts
from store.claims import PageClaim
from store.moves import Move
from store.states import PageStage
from tasks import names, telling
from tasks.app import app
from tasks.context import Context
from tasks.options import options_of
from tasks.steps import Outcome, page_step


@app.task(name=names.CLEAN)
def clean(document_id: str, generation: int, page: int) -> None:
    """Clean one page."""
    page_step(document_id, generation, page, PageStage.CLEAN, tidy)


def tidy(held: Context, claim: PageClaim) -> Outcome:
    """The page's text made clean; the raw text stays beside it."""
    # Imported here: workers of every queue load this module, and a client of models takes 4 MB.
    from tasks.asking import cleaned

    with held.database.begin() as session:
        read = texts.read_raw(session, claim)
    found = cleaned(held, claim, options_of(claim.source), read)

    def keep(session: Session) -> list[Move]:
        moves = pages.record_clean(
            session, claim, found.text, words=found.words, cleanup=found.report
        )
        telling.page_ended(session, "done", read.engine)
        return moves

    return keep
