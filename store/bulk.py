"""The arrows of many cheap pages of one sheaf: claimed, read and recorded in one go.

The rules are those of `store.pages`: each page has its own fence, and locks are taken document,
sheaf, page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Integer, cast, column, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Session

from store import fan_in, pages, sheaves
from store.claims import BulkClaim, Failure, PageClaim, StaleFence, source_of
from store.clock import after, now
from store.models import Document, Page, Sheaf
from store.moves import Move
from store.states import DocumentState, PageStage, PageState, Stage


@dataclass(frozen=True, slots=True)
class DonePage:
    """A page of which nothing is left to do."""

    info: dict[str, Any]  # pipelines.values.PageInfo
    reading: pages.Reading
    clean: str


def claim(
    session: Session,
    document_id: UUID,
    generation: int,
    numbers: Sequence[int],
    *,
    lease_seconds: float,
) -> BulkClaim | None:
    """Take those pages of one sheaf that nobody has tried, counting the attempt; None: no page.

    A page that was tried before is read alone: it may have ended the worker that tried.
    """
    free = (
        select(Page.number)
        .join(Document, Document.id == Page.document_id)
        .where(
            Page.document_id == document_id,
            Page.number.in_(numbers),
            Page.generation == generation,
            Page.state == PageState.PENDING,
            Page.attempt == 0,
            Page.version == 1,  # with the options of its document
            Document.state == DocumentState.PROCESSING,
            Document.generation == generation,
        )
        .order_by(Page.number)
        # What is locked is being claimed by the same message, delivered twice.
        .with_for_update(skip_locked=True, of=Page)
    )
    taken = session.execute(
        update(Page)
        .where(Page.document_id == document_id, Page.number.in_(free))
        .values(
            state=PageState.RUNNING,
            attempt=1,
            fence=Page.fence + 1,
            lease_until=after(lease_seconds),
            started_at=now,
        )
        .returning(Page.number, Page.sheaf, Page.fence, Page.source)
        .execution_options(synchronize_session=False)
    ).all()
    if not taken:
        return None
    source = source_of(session.get_one(Document, document_id))
    sheaf = taken[0].sheaf
    claims = (
        PageClaim(
            source=source,
            number=page.number,
            sheaf=page.sheaf,
            step=PageStage.RECOGNIZE,
            fence=page.fence,
            attempt=1,
            lease_seconds=lease_seconds,
            page=page.source,
        )
        for page in sorted(taken)
    )
    return BulkClaim(source, sheaf, tuple(claims), lease_seconds)


def record(session: Session, claim: BulkClaim, read: Mapping[int, DonePage]) -> list[Move]:
    """running -> done for the pages of `claim` that are in `read` and still held by it.

    Raises StaleFence when the document waits for none of them any more.
    """
    _lock(session, claim)
    infos = {number: page.info for number, page in read.items()}
    held = _update(session, claim, infos, state=PageState.DONE, finished_at=now)
    if not held:
        return []
    pages.keep_texts(
        session,
        claim.source.document_id,
        [
            pages.text_row(page, read[page.number].reading, read[page.number].clean)
            for page in claim.pages
            if page.number in held
        ],
    )
    last = fan_in.count_off(session, claim, done=len(held), failed=0)
    return fan_in.finish_pages(session, claim) if last else []


def set_aside(
    session: Session, claim: BulkClaim, infos: Mapping[int, dict[str, Any]]
) -> list[Move]:
    """running -> pending for pages that must be read one by one, and their sheaf sent again.

    The attempt does not count. Raises StaleFence as `record` does.
    """
    sheaf = _lock(session, claim)
    held = _update(session, claim, infos, state=PageState.PENDING, attempt=0)
    if not held:
        return []
    return sheaves.send(session, sheaf, sorted(held), claim.lease_seconds)


def record_failure(session: Session, claim: BulkClaim, failure: Failure) -> list[Move]:
    """running -> failed for all pages: what is wrong is not one page's. Raises StaleFence."""
    return [move for page in claim.pages for move in pages.record_failure(session, page, failure)]


def release(
    session: Session, claim: BulkClaim, *, retry_after_seconds: float, refund: bool
) -> None:
    """running -> pending for all pages, to be sent again after a passing fault.

    With `refund` the fault was the system's, and they stay together. Raises StaleFence.
    """
    sheaf = _lock(session, claim)
    infos = {page.number: page.page for page in claim.pages}
    _update(session, claim, infos, state=PageState.PENDING, attempt=0 if refund else claim.attempt)
    sheaf.redrive_at = after(retry_after_seconds)


def _lock(session: Session, claim: BulkClaim) -> Sheaf:
    """Hold the document, then the sheaf, as everybody does who ends a page."""
    source = claim.source
    alive = session.scalar(
        select(Document.id)
        .where(
            Document.id == source.document_id,
            Document.state == DocumentState.PROCESSING,
            Document.stage == Stage.PAGES,
            Document.generation == source.generation,
        )
        .with_for_update(key_share=True)
    )
    sheaf = session.get(
        Sheaf,
        (source.document_id, source.generation, claim.sheaf),
        with_for_update=True,
        populate_existing=True,
    )
    if alive is None or sheaf is None:
        raise StaleFence
    return sheaf


def _update(
    session: Session, claim: BulkClaim, infos: Mapping[int, dict[str, Any]], **values: Any
) -> dict[int, int]:
    """Change those of the pages that this claim still holds; their fences by number."""
    wanted = [page for page in claim.pages if page.number in infos]
    seen = func.unnest(
        cast([page.number for page in wanted], ARRAY(Integer)),
        cast([page.fence for page in wanted], ARRAY(BigInteger)),
        cast([infos[page.number] for page in wanted], ARRAY(JSONB)),
    ).table_valued(column("number", Integer), column("fence", BigInteger), column("info", JSONB))
    seen = seen.render_derived("seen")
    changed = session.execute(
        update(Page)
        .where(
            Page.document_id == claim.source.document_id,
            Page.number == seen.c.number,
            Page.fence == seen.c.fence,
            Page.state == PageState.RUNNING,
        )
        .values(lease_until=None, source=seen.c.info, **values)
        .returning(Page.number, Page.fence)
        .execution_options(synchronize_session=False)
    )
    return {row.number: row.fence for row in changed}
