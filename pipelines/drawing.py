"""A page of a PDF as pixels; runs inside `pipelines.confine`, and loads no more than that needs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipelines import resolution
from pipelines.engines import registry
from pipelines.values import Limits, PageInfo, Raster


def draw(
    source: Path, page: PageInfo, limits: Limits, rasterizer: str, finer: float | None = None
) -> Raster:
    """`page` by the engine of that name, at the resolution for its kind or one that is `finer`.

    Raises PageFailed PAGE_TOO_LARGE, RENDER_FAILED, TIMEOUT; PipelineError ENGINE_MISSING.
    """
    dpi = resolution.affordable(page, finer or resolution.wanted(page.dpi), limits)
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
