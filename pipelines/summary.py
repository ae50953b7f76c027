"""What a document's pages add up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageDigest:
    """One page, as far as a summary needs it."""

    number: int
    done: bool
    words: int
    confidence: float | None  # 0 to 1
    engine: str | None
    languages: tuple[str, ...]
    cached: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """A document in a few figures."""

    words: int
    confidence: float | None  # mean over words, 0 to 1; None: no word
    least_confident_page: int | None
    missing_pages: tuple[int, ...]  # asked for, without text
    engines: tuple[str, ...]  # most used first
    languages: tuple[str, ...]
    cached_pages: int = 0  # whose text was read on another page


def summarise(pages: Iterable[PageDigest]) -> Summary:
    """Add up pages; the mean weighs each page by its words."""
    read = cached = 0
    weighed = 0.0
    worst: tuple[float, int] | None = None
    missing: list[int] = []
    engines: dict[str, int] = {}
    languages: dict[str, None] = {}
    for page in pages:
        if not page.done:
            missing.append(page.number)
            continue
        read += page.words
        cached += page.cached
        if page.confidence is not None:
            weighed += page.confidence * page.words
            worst = min(worst or (2.0, 0), (page.confidence, page.number))
        if page.engine:
            engines[page.engine] = engines.get(page.engine, 0) + 1
        languages |= dict.fromkeys(page.languages)
    return Summary(
        words=read,
        confidence=round(weighed / read, 4) if read else None,
        least_confident_page=worst[1] if worst else None,
        missing_pages=tuple(missing),
        engines=tuple(sorted(engines, key=lambda name: -engines[name])),
        languages=tuple(languages),
        cached_pages=cached,
    )
