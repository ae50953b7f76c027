"""Pages looked at, and those whose layer can be taken read, in one pass over the file.

What runs here has opened the file: it belongs inside `pipelines.confine`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from pipelines import pdf
from pipelines.confine import confined
from pipelines.deadline import Deadline
from pipelines.errors import PageFailed
from pipelines.judge import judge, taken
from pipelines.textlayer import extract
from pipelines.values import Limits, PageInfo, Recognition, TextLayer

PAGE_SECONDS = 10.0  # for one page that made its batch fail

Seen = tuple[PageInfo, Recognition | None]
Found = TypeVar("Found")


def judged(source: Path, pages: tuple[PageInfo, ...]) -> tuple[PageInfo, ...]:
    """The same pages with resolution and verdict; a page that cannot be parsed stays as it is."""
    with pdf.opened(source) as document:
        return tuple(_seen(document, page, None, ())[0] for page in pages)


def read(
    source: Path, pages: tuple[PageInfo, ...], mode: TextLayer, languages: tuple[str, ...]
) -> tuple[tuple[PageInfo, Recognition | None], ...]:
    """The same pages with their verdicts, and the text of those whose layer `mode` takes.

    A page that cannot be parsed, or whose layer cannot be read, stays without text.
    """
    with pdf.opened(source) as document:
        return tuple(_seen(document, page, mode, languages) for page in pages)


def read_one(source: Path, page: PageInfo, languages: tuple[str, ...]) -> Recognition:
    """The layer of one page. Raises PageFailed RENDER_FAILED, PAGE_TOO_LARGE."""
    with (
        pdf.opened(source) as document,
        pdf.loaded(document, page.number) as sheet,
        closing(sheet.get_textpage()) as text,
    ):
        return extract(sheet, text, page, languages)


def _seen(
    document: object, page: PageInfo, mode: TextLayer | None, languages: tuple[str, ...]
) -> Seen:
    try:
        with pdf.loaded(document, page.number) as sheet, closing(sheet.get_textpage()) as text:
            page = judge(sheet, text, page)
            if mode is not None and taken(page.verdict, mode):
                return page, extract(sheet, text, page, languages)
    except PageFailed:
        pass
    return page, None


def each(
    work: Callable[..., tuple[Found, ...]],
    source: Path,
    pages: tuple[PageInfo, ...],
    *more: object,
    limits: Limits,
    deadline: Deadline,
) -> Iterator[Found | None]:
    """What `work` finds for each page, all in one confined child; one a page when that fails.

    None for a page that makes its child fail by itself, or that no time is left for.
    """
    seconds = deadline.left() / 2  # so that a batch that hangs leaves time for the others
    found = _together(work, source, pages, *more, limits=limits, seconds=seconds)
    if found is not None:
        yield from found
        return
    for page in pages:
        seconds = min(PAGE_SECONDS, limits.render_seconds, deadline.left())
        alone = _together(work, source, (page,), *more, limits=limits, seconds=seconds)
        yield alone[0] if alone else None


def _together(
    work: Callable[..., tuple[Found, ...]],
    source: Path,
    pages: tuple[PageInfo, ...],
    *more: object,
    limits: Limits,
    seconds: float,
) -> tuple[Found, ...] | None:
    if not seconds or not pages:
        return None
    try:
        found = confined(work, source, pages, *more, limits=limits, seconds=seconds)
    except PageFailed:  # a page to blame says so again when it is drawn, for itself alone
        return None
    return found if len(found) == len(pages) else None
