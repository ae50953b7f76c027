"""The render stage: the pixels of one page, at the resolution that its recognition asks for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipelines import images, media, resolution
from pipelines.confine import confined
from pipelines.engines import registry
from pipelines.errors import PageFailed, Reason
from pipelines.values import Limits, PageInfo, Raster


def render(source: Path, page: PageInfo, limits: Limits, rasterizer: str = "auto") -> Raster:
    """`page` as 8-bit gray, drawn in a confined child.

    Scans keep their own resolution where it lies within bounds. Flags: "resolution_lowered" where
    `limits.max_page_pixels` made it less, "resolution_assumed" for an image that states none.
    Raises PageFailed PAGE_TOO_LARGE, RENDER_FAILED, RESOURCE_LIMIT, TIMEOUT; PipelineError
    ENGINE_MISSING.
    """
    with source.open("rb") as file:
        media_type = media.sniff(file.read(media.HEAD_BYTES))
    if media_type == media.PDF or rasterizer == "null":
        spawns = registry.rasterizer(rasterizer).spawns
        return confined(draw, source, page, limits, rasterizer, limits=limits, spawns=spawns)
    if media_type is None:
        raise PageFailed(Reason.RENDER_FAILED, "The file is of no kind that has pages.")
    return confined(images.rasterize, source, media_type, page, limits, limits=limits)


def draw(source: Path, page: PageInfo, limits: Limits, rasterizer: str) -> Raster:
    """A page of a PDF by the engine of that name; runs inside `pipelines.confine`."""
    dpi = resolution.affordable(page, resolution.wanted(page.dpi), limits)
    raster = registry.rasterizer(rasterizer).rasterize(
        source,
        page.number,
        dpi=dpi,
        max_pixels=limits.max_page_pixels,
        seconds=limits.render_seconds,
    )
    return (
        replace(raster, flags=(resolution.LOWERED,))
        if resolution.lowered(dpi, page.dpi)
        else raster
    )
