"""The recognize stage: a page's text with its evidence."""

from __future__ import annotations

from pathlib import Path

from pipelines import layers, routing
from pipelines.bullets import marked
from pipelines.confine import confined
from pipelines.deadline import Deadline
from pipelines.engines import registry
from pipelines.engines import tessdata as data
from pipelines.engines.protocols import Recognizer
from pipelines.judge import taken
from pipelines.layout.arrange import arranged
from pipelines.reading import Reader
from pipelines.render import render
from pipelines.values import (
    AUTO_LANGUAGES,
    Limits,
    Options,
    PageInfo,
    Raster,
    Recognition,
)

READING = 0.95  # share of its time that a child reads; the rest is for its start and its answer


def recognize_page(
    source: Path,
    page: PageInfo,
    options: Options,
    limits: Limits,
    *,
    tessdata: Path | None = None,
) -> Recognition:
    """The page's own text layer where the mode takes it, else what a recognizer reads.

    `tessdata` is one more directory of language data, looked at first. Raises PageFailed, of it
    LanguageDamaged, and PipelineError LANGUAGE_MISSING or ENGINE_MISSING.
    """
    page, layer = look(source, page, options, limits)
    if layer is not None:
        return layer
    raster = render(source, page, limits, options.rasterizer)
    return recognize(raster, options, limits, tessdata=tessdata)


def look(
    source: Path, page: PageInfo, options: Options, limits: Limits
) -> tuple[PageInfo, Recognition | None]:
    """The page with its verdict, and its own text layer if the mode takes it.

    A page that cannot be parsed keeps no verdict. Raises PageFailed for a layer that was to be
    taken and cannot be.
    """
    if page.verdict is None:
        deadline = Deadline.after(limits.render_seconds)
        mode, languages = options.text_layer, options.languages
        (seen,) = layers.each(
            layers.read, source, (page,), mode, languages, limits=limits, deadline=deadline
        )
        if seen is None or seen[1] is not None:
            return seen or (page, None)
        page = seen[0]
    if not taken(page.verdict, options.text_layer):
        return page, None
    return page, confined(layers.read_one, source, page, options.languages, limits=limits)


def recognize(
    raster: Raster,
    options: Options,
    limits: Limits,
    *,
    tessdata: Path | None = None,
    in_process: bool = True,
    likely: tuple[str, ...] = (),
) -> Recognition:
    """What the recognizer that `options` names reads in `raster`, turned upright if need be.

    Where `options` names none, Chinese and Japanese go to the engine that reads them best, and a
    page that is likely right for less than `limits.escalate_below` of its letters is read by a
    stronger engine too.

    All of it together takes `limits.recognize_seconds` at most. `likely` are the languages to begin
    with where `options` leaves them to the page. Without `in_process`, the death of an engine costs
    only the page: it is a program of its own, or works in a confined child, and PageFailed
    RESOURCE_LIMIT or RENDER_FAILED says how it ended; there is no second engine then.
    """
    engine = registry.recognizer(options.recognizer, tessdata, in_process=in_process)
    tesseract = engine.name in registry.TESSERACT
    damaged = tuple(data.damaged(tessdata)) if tesseract else ()
    seconds = float(limits.recognize_seconds)
    if in_process or not engine.in_process:
        trusted = in_process and options.recognizer == registry.AUTO
        specialist = registry.specialist(engine) if trusted else None
        deadline = Deadline.after(seconds)
        reader = Reader(engine, options.languages, deadline, likely, specialist, limits, damaged)
        best = reader.read(raster)
        if trusted:
            best = _closer(best, raster, engine, limits, deadline)
        return arranged(marked(best, raster))
    home = data.datapath(_may_need(engine, options.languages), tessdata) if tesseract else None
    return confined(
        read_apart,
        raster,
        engine.name,
        options.languages,
        likely,
        home,
        READING * seconds,
        limits,
        damaged,
        limits=limits,
        seconds=seconds,
        readable=data.contents(home) if home else (),
    )


def read_apart(
    raster: Raster,
    engine: str,
    languages: tuple[str, ...],
    likely: tuple[str, ...],
    home: Path | None,
    seconds: float,
    limits: Limits,
    damaged: tuple[str, ...],
) -> Recognition:
    """What the engine of that name reads with the data in `home`; runs in `pipelines.confine`."""
    named = registry.recognizer(engine, home)
    deadline = Deadline.after(seconds)
    reader = Reader(named, languages, deadline, likely, limits=limits, damaged=damaged)
    return arranged(marked(reader.read(raster), raster))


def _may_need(engine: Recognizer, languages: tuple[str, ...]) -> tuple[str, ...]:
    """The languages whose data must lie in one directory: all, where a page tells which it is."""
    there = engine.languages()
    if languages == AUTO_LANGUAGES:
        return there
    return tuple(code for code in languages if code in there) or languages


def _closer(
    best: Recognition, raster: Raster, engine: Recognizer, limits: Limits, deadline: Deadline
) -> Recognition:
    """`best`, or what a stronger engine and this one read together where it is likely wrong."""
    ours = best.engine.split()[0] == engine.name
    second = registry.stronger(engine, best.languages) if ours else None
    if second is None or not limits.escalate_below:
        return best
    return routing.closer(best, raster, second, limits.escalate_below, deadline)
