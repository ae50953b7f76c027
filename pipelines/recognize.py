"""The recognize stage: a page's text with its evidence."""

from __future__ import annotations

from pathlib import Path

from pipelines import orient, textlayer
from pipelines.confine import confined
from pipelines.deadline import Deadline
from pipelines.engines import registry
from pipelines.render import render
from pipelines.values import Limits, Options, PageInfo, Raster, Recognition, TextLayer


def recognize_page(
    source: Path,
    page: PageInfo,
    options: Options,
    limits: Limits,
    *,
    tessdata: Path | None = None,
) -> Recognition:
    """The page's own text layer where the split stage took it, else what a recognizer reads.

    `tessdata` is one more directory of language data, looked at first. Raises PageFailed, and
    PipelineError LANGUAGE_MISSING or ENGINE_MISSING.
    """
    if page.text_layer and options.text_layer is not TextLayer.FORCE:
        return confined(textlayer.extract, source, page, options.languages, limits=limits)
    raster = render(source, page, limits, options.rasterizer)
    return recognize(raster, options, limits, tessdata=tessdata)


def recognize(
    raster: Raster, options: Options, limits: Limits, *, tessdata: Path | None = None
) -> Recognition:
    """What the recognizer that `options` names reads in `raster`, turned upright if need be.

    All of it together takes `limits.recognize_seconds` at most.
    """
    engine = registry.recognizer(options.recognizer, tessdata)
    deadline = Deadline.after(limits.recognize_seconds)
    first = engine.recognize(raster, options.languages, seconds=deadline.left())
    return orient.upright(first, raster, engine, deadline)
