"""The render stage: the pixels of one page, at the resolution that its recognition asks for."""

from __future__ import annotations

from pathlib import Path

from pipelines import drawing, images, letters, media, resolution
from pipelines.confine import confined
from pipelines.engines import registry
from pipelines.errors import PageFailed, Reason
from pipelines.values import Limits, PageInfo, Raster


def render(source: Path, page: PageInfo, limits: Limits, rasterizer: str = "auto") -> Raster:
    """`page` as 8-bit gray, drawn in a confined child.

    Scans keep their own resolution where it lies within bounds, and beyond them where their letters
    would be tiny: the file may state a wrong one. Flags: "resolution_lowered" where
    `limits.max_page_pixels` made it less, "resolution_assumed" for an image that states none.
    Raises PageFailed PAGE_TOO_LARGE, RENDER_FAILED, RESOURCE_LIMIT, TIMEOUT; PipelineError
    ENGINE_MISSING.
    """
    raster = _drawn(source, page, limits, rasterizer)
    if not limits.preparation.rescale or not resolution.has_more(page.dpi, raster):
        return raster
    found = letters.measured(raster)
    if found is None or found.usual >= resolution.TINY:
        return raster
    finer = resolution.finer(page.dpi, raster, found.usual)
    return _drawn(source, page, limits, rasterizer, finer)


def _drawn(
    source: Path, page: PageInfo, limits: Limits, rasterizer: str, finer: float | None = None
) -> Raster:
    with source.open("rb") as file:
        media_type = media.sniff(file.read(media.HEAD_BYTES))
    if media_type == media.PDF or rasterizer == "null":
        spawns = registry.rasterizer(rasterizer).spawns
        return confined(
            drawing.draw, source, page, limits, rasterizer, finer, limits=limits, spawns=spawns
        )
    if media_type is None:
        raise PageFailed(Reason.RENDER_FAILED, "The file is of no kind that has pages.")
    return confined(images.rasterize, source, media_type, page, limits, finer, limits=limits)
