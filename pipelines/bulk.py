"""Pages that cost next to nothing: which they are, and many of them read together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipelines import layers
from pipelines.cleanup.values import Mode
from pipelines.deadline import Deadline
from pipelines.drawing import draw
from pipelines.engines import registry
from pipelines.judge import taken
from pipelines.recognize import recognize
from pipelines.values import Limits, Options, PageInfo, Recognition


def cheap(pages: Sequence[PageInfo], options: Options) -> list[bool]:
    """Which pages will probably need no engine that takes its time.

    A page that nobody has looked at is taken to be what the sampled pages on both sides of it are.
    None is cheap where a model may be asked about its text.
    """
    if options.cleanup is not Mode.OFF:
        return [False] * len(pages)
    if registry.cheap(options.rasterizer, options.recognizer):
        return [True] * len(pages)
    found: list[bool] = []
    before = after = False
    waiting = 0
    for page in pages:
        waiting += 1
        if page.verdict is None:
            continue
        after = taken(page.verdict, options.text_layer)
        found += [before and after] * (waiting - 1) + [after]
        before, waiting = after, 0
    return found + [False] * waiting


def read(
    source: Path, pages: Sequence[PageInfo], options: Options, limits: Limits
) -> list[tuple[PageInfo, Recognition | None]]:
    """Every page with its verdict, and the text of those that need no slow engine.

    A page without text must be read by itself: it needs an engine, or it ended its child.
    """
    deadline = Deadline.after(limits.page_seconds)
    found: dict[int, tuple[PageInfo, Recognition | None]] = {
        page.number: (page, None) for page in pages
    }
    layered = tuple(
        page for page in pages if page.verdict is None or taken(page.verdict, options.text_layer)
    )
    seen = layers.each(
        layers.read,
        source,
        layered,
        options.text_layer,
        options.languages,
        limits=limits,
        deadline=deadline,
    )
    for page, result in zip(layered, seen, strict=True):
        if result is not None:
            found[page.number] = (replace(result[0], number=page.number), result[1])
    if registry.cheap(options.rasterizer, options.recognizer):
        rest = tuple(page for page, text in found.values() if text is None)
        texts = layers.each(
            engines, source, rest, options, limits, limits=limits, deadline=deadline
        )
        found.update((page.number, (page, text)) for page, text in zip(rest, texts, strict=True))
    return list(found.values())


def engines(
    source: Path, pages: tuple[PageInfo, ...], options: Options, limits: Limits
) -> tuple[Recognition, ...]:
    """What cheap engines read on these pages; runs inside `pipelines.confine`."""
    return tuple(
        recognize(draw(source, page, limits, options.rasterizer), options, limits) for page in pages
    )
