"""The texts of the pages as one text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

PAGE_BREAK = "\f"


def joined(texts: Iterable[str | None]) -> Iterator[str]:
    """Page texts with a form feed between two, in pieces of a page each.

    None is a page without text, and keeps its place. Form feeds within a page become line ends, so
    that page n is what stands between them.
    """
    for index, text in enumerate(texts):
        yield (PAGE_BREAK if index else "") + (text or "").replace(PAGE_BREAK, "\n")
