"""The pixels of one page, at the resolution that its recognition asks for."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

from pipelines import images, media
from pipelines.confine import confined
from pipelines.engines import registry
from pipelines.errors import PageFailed, Reason
from pipelines.values import Limits, PageInfo, Raster

VECTOR_DPI = 300.0  # for pages that are drawn rather than scanned
LEAST_DPI, MOST_DPI = 150.0, 400.0  # what Tesseract reads best lies between
LOWEST_DPI = 20.0  # below it no letter of any page is left
LONGEST_SIDE = 32_000  # pixels; Tesseract refuses 32,768
LOWERED = "resolution_lowered"


def render(source: Path, page: PageInfo, limits: Limits, rasterizer: str = "auto") -> Raster:
    """`page` as 8-bit gray, drawn in a confined child.

    Scans keep their own resolution where it lies within bounds. A page of more pixels than
    `limits.max_page_pixels` is drawn at a lower one and flagged "resolution_lowered".
    Raises PageFailed PAGE_TOO_LARGE, RENDER_FAILED, RESOURCE_LIMIT, TIMEOUT; PipelineError
    ENGINE_MISSING.
    """
    dpi, lowered = resolution(page, limits)
    media_type = media.sniff(_head(source))
    if media_type == media.PDF or rasterizer == "null":
        spawns = registry.rasterizer(rasterizer).spawns
        raster = confined(
            draw, source, page.number, dpi, limits, rasterizer, limits=limits, spawns=spawns
        )
    elif media_type is None:
        raise PageFailed(Reason.RENDER_FAILED, "The file is of no kind that has pages.")
    else:
        scale = dpi / page.dpi if page.dpi else 1.0
        raster = confined(
            images.rasterize,
            source,
            media_type,
            page.number,
            scale,
            limits.max_page_pixels,
            limits=limits,
        )
        raster = replace(raster, dpi=dpi)
    return replace(raster, flags=(*raster.flags, LOWERED)) if lowered else raster


def draw(source: Path, number: int, dpi: float, limits: Limits, rasterizer: str) -> Raster:
    """The page by the engine of that name; runs inside `pipelines.confine`."""
    return registry.rasterizer(rasterizer).rasterize(
        source, number, dpi=dpi, max_pixels=limits.max_page_pixels, seconds=limits.render_seconds
    )


def resolution(page: PageInfo, limits: Limits) -> tuple[float, bool]:
    """Pixels per inch to draw `page` at, and whether the pixel budget lowered it.

    Raises PageFailed PAGE_TOO_LARGE, and RENDER_FAILED for a page without area.
    """
    area = page.width * page.height
    if not area > 0:
        raise PageFailed(Reason.RENDER_FAILED, f"Page {page.number} has no area.")
    wanted = min(MOST_DPI, max(LEAST_DPI, page.dpi)) if page.dpi else VECTOR_DPI
    budget = min(
        72 * math.sqrt(limits.max_page_pixels / area),
        72 * LONGEST_SIDE / max(page.width, page.height),
    )
    if budget >= wanted:
        return wanted, False
    if not budget >= LOWEST_DPI:
        raise PageFailed(
            Reason.PAGE_TOO_LARGE,
            f"Page {page.number} measures {page.width:.0f} x {page.height:.0f} points.",
            advice=f"At most {limits.max_page_pixels} pixels are drawn, and no page below"
            f" {LOWEST_DPI:.0f} dpi.",
        )
    return budget, True


def _head(source: Path) -> bytes:
    with source.open("rb") as file:
        return file.read(media.HEAD_BYTES)
