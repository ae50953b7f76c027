"""A page of a document that has ended: read again with other options, or an older text of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from store import sheaves, versions
from store.arrows import IllegalMove, fresh, move
from store.clock import after
from store.models import Document, Page, PageText, Sheaf
from store.moves import Move, PagesFinished
from store.states import ENDED, DocumentState, PageState, Stage

MOST_VERSIONS = 2**15 - 1  # of a page, ever: a smallint numbers them
_WANTED = "read again page by page"


class NoSuchVersion(Exception):
    """The page has no text of this version, or not any more."""


class VersionsSpent(Exception):
    """The page was read again so often that its next text could not be numbered."""


def reread(
    session: Session,
    document: Document,
    page: Page,
    options: dict[str, Any],
    *,
    most_versions: int,
    plan: sheaves.Plan,
) -> list[Move]:
    """An ended document -> processing: one page is read again with `options` over its own.

    Its text stays beside the new one, and stays its text when the reading fails. Raises
    IllegalMove while the document runs, or when it ended before each of its pages had; and
    VersionsSpent.
    """
    if page.version >= MOST_VERSIONS:
        raise VersionsSpent
    _begin(session, document, Stage.PAGES, page, PageState.PENDING)
    keeps = None
    if page.state is PageState.DONE:
        keeps = versions.keep(session, document.id, page.number)
    reopen(
        session,
        document,
        [page.number],
        sheaf=0,
        version=Page.version + 1,
        options=options,
        keeps=keeps,
    )
    versions.trim(session, document.id, page.number, most_versions)
    bundles = [sheaves.Bundle([page.number])]
    sheaves.add(session, document.id, document.tenant, document.generation, bundles)
    return sheaves.dispatch(session, plan)


def restore(
    session: Session,
    document: Document,
    page: Page,
    version: int,
    *,
    most_versions: int,
    lease_seconds: float,
) -> list[Move]:
    """An ended document -> processing: an older text of a page counts again; to be added up.

    Nothing moves when it counts already. Raises NoSuchVersion, and IllegalMove as `reread` does.
    """
    found = versions.one(session, document.id, page.number, version)
    if found is None:
        raise NoSuchVersion
    if isinstance(found, PageText):
        return []
    _begin(session, document, Stage.AGGREGATE, page, PageState.DONE, after(lease_seconds))
    _settle(session, page, version, keep=True)
    versions.trim(session, document.id, page.number, most_versions)
    return [PagesFinished(document.id, document.tenant, document.generation)]


def reopen(
    session: Session, document: Document, numbers: Sequence[int], *, sheaf: int, **more: Any
) -> None:
    """Pages into a sheaf of the document's new generation, to be read from the start."""
    session.execute(
        update(Page)
        .where(Page.document_id == document.id, Page.number.in_(numbers))
        .values(
            generation=document.generation,
            sheaf=sheaf,
            state=PageState.PENDING,
            attempt=0,
            # A result that was on its way when the document ended is refused from here on.
            fence=Page.fence + 1,
            lease_until=None,
            reason=None,
            detail=None,
            retryable=None,
            finished_at=None,
            **more,
        )
        .execution_options(synchronize_session=False)
    )


def give_up(session: Session, document: Document) -> None:
    """The page of a cancelled document that was being read again is done with what it kept."""
    page = session.scalars(
        select(Page).where(Page.document_id == document.id, Page.keeps.is_not(None))
    ).one_or_none()
    if page is None or page.keeps is None:
        return
    session.execute(
        update(Sheaf)
        .where(
            Sheaf.document_id == document.id,
            Sheaf.generation == page.generation,
            Sheaf.number == page.sheaf,
        )
        .values(pages_left=Sheaf.pages_left - 1)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Document)
        .where(Document.id == document.id)
        .values(pages_done=Document.pages_done + 1)
        .execution_options(synchronize_session=False)
    )
    _settle(session, page, page.keeps, keep=False)


def _begin(
    session: Session,
    document: Document,
    stage: Stage,
    page: Page,
    becomes: PageState,
    redrive_at: Any = None,
) -> None:
    """The document's next generation, in which `page` alone changes."""
    if document.pages_done + document.pages_failed != document.page_count:
        raise IllegalMove(document.state, f"{_WANTED}: not all of its pages have ended")
    done = (becomes is PageState.DONE) - (page.state is PageState.DONE)
    move(
        session,
        document,
        DocumentState.PROCESSING,
        _WANTED,
        only_from=ENDED,
        **fresh(document, stage) | {"redrive_at": redrive_at},
        pages_done=Document.pages_done + done,
        pages_failed=Document.pages_failed - int(page.state is PageState.FAILED),
    )


def _settle(session: Session, page: Page, version: int, *, keep: bool) -> None:
    """A page done with a version that was kept; whoever works on it is refused.

    `keep`: the text it has now stays beside that.
    """
    fence = session.scalar(
        update(Page)
        .where(Page.document_id == page.document_id, Page.number == page.number)
        .values(
            state=PageState.DONE,
            attempt=0,
            fence=Page.fence + 1,
            lease_until=None,
            keeps=None,
            reason=None,
            detail=None,
            retryable=None,
        )
        .returning(Page.fence)
        .execution_options(synchronize_session=False)
    )
    if keep:
        versions.keep(session, page.document_id, page.number)
    versions.bring_back(session, page.document_id, page.number, version, fence=fence or 0)
