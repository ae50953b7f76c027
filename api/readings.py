"""Rows of a document as the values that renderers take, pages as a stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from api import views
from api.problems import NotEnded
from api.services import Services
from octavo import __version__
from pipelines.outputs.values import DocumentResult, PageResult, Why
from pipelines.values import Block, BlockKind, Box, Word
from store import queries
from store.models import Document, Page, PageText
from store.states import PageState

_BATCH = 50  # pages
_BATCH_WITH_WORDS = 8  # of a dense page they are 200 KB
_UNREAD = Why("pending", "The document ended before this page was read.", retryable=True)


def head(found: Document, missing: Sequence[int]) -> DocumentResult:
    """A document without its pages."""
    summary = found.summary or {}
    return DocumentResult(
        id=str(found.id),
        filename=found.filename,
        media_type=found.media_type,
        sha256=found.sha256,
        state=found.state,
        page_count=found.page_count or 0,
        pages_done=found.pages_done,
        pages_failed=found.pages_failed,
        created_at=_moment(found.created_at),
        finished_at=_moment(found.finished_at) if found.finished_at else None,
        missing_pages=tuple(missing),
        engines=tuple(summary.get("engines", ())),
        languages=tuple(summary.get("languages", ())),
        software=f"Octavo {__version__}",
    )


def pages(services: Services, begun: Document, *, words: bool) -> Iterator[PageResult]:
    """Every page in order. Each batch is a transaction of its own: a slow reader holds none open.

    Raises NotFound when the document is deleted meanwhile and NotEnded when it is read again: an
    answer that is on its way breaks off rather than mix two readings.
    """
    size = _BATCH_WITH_WORDS if words else _BATCH
    after = 0
    while True:
        with services.database.begin() as session:
            now = queries.document(session, begun.tenant, begun.id)
            if now is None:
                raise views.missing_document()
            if now.generation != begun.generation:
                raise NotEnded("The document is being read again.", state=now.state)
            rows = queries.pages(session, begun.id, after=after, limit=size, words=words)
            batch = [_page(found, text, words=words) for found, text in rows]
        yield from batch
        if len(batch) < size:
            return
        after = batch[-1].number


def _page(found: Page, text: PageText | None, *, words: bool) -> PageResult:
    if text is None:
        return PageResult(found.number, found.state, why=_why(found) or _UNREAD)
    return PageResult(
        number=found.number,
        state=found.state,
        raw=text.raw,
        clean=text.clean,
        words=tuple(map(_word, text.clean_words or text.words)) if words else (),
        blocks=tuple(map(_block, text.blocks)),
        width=text.width,
        height=text.height,
        dpi=text.dpi,
        turn=text.turn,
        confidence=text.confidence,
        engine=text.engine,
        languages=tuple(text.languages),
        flags=tuple(text.flags),
        why=_why(found),
    )


def _why(found: Page) -> Why | None:
    if found.state != PageState.FAILED:
        return None
    return Why(found.reason or "internal", found.detail or "", bool(found.retryable))


def _word(kept: dict[str, Any]) -> Word:
    return Word(kept["text"], Box(**kept["box"]), kept["confidence"], kept["line"])


def _block(kept: dict[str, Any]) -> Block:
    return Block(
        BlockKind(kept["kind"]),
        Box(**kept["box"]),
        kept["first"],
        kept["end"],
        tuple(kept["columns"]),
    )


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
