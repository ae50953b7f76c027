"""At how many pixels per inch a page is read, by what kind of page it is."""

from __future__ import annotations

import math

from pipelines.errors import PageFailed, Reason
from pipelines.values import Limits, PageInfo, Raster

VECTOR = 300.0  # for pages that are drawn rather than scanned
# Scans below or above are scaled: what is finer takes longer and is read no better, what is coarser
# has small letters (`pipelines.reading` has the figures).
LEAST, MOST = 200.0, 300.0
LEAST_ASSUMED = 150.0  # the same where a file states no resolution that can be believed
FINEST = 600.0  # for pages that are drawn, and whose letters are tiny
# Pixels of small letters: fewer are read badly (`pipelines.reading` has the figures), and what is
# aimed at.
TINY, AIM = 8.0, 20.0
PLAUSIBLE = (70.0, 1200.0)  # what a file may state and be believed
PAGE_INCHES = 11.7  # the long side of A4, assumed where a file states nothing plausible
LOWEST = 20.0  # below it no letter of any page is left
LONGEST_SIDE = 32_000  # pixels; Tesseract refuses 32,768

LOWERED = "resolution_lowered"  # the pixel budget cost detail that the page has
ASSUMED = "resolution_assumed"  # the file states none: let the engine judge by the letters


def plausible(dpi: float) -> bool:
    """Whether a file that states so many pixels per inch is believed."""
    return PLAUSIBLE[0] < dpi <= PLAUSIBLE[1]


def wanted(own: float | None, *, assumed: bool = False) -> float:
    """Resolution to read a scan of `own` at; None is a page that is no scan."""
    if not own:
        return VECTOR
    return min(MOST, max(LEAST_ASSUMED if assumed else LEAST, own))


def has_more(own: float | None, raster: Raster) -> bool:
    """Whether a page of its `own` resolution has more detail than `raster` shows.

    It has where that was clamped, or where it is no scan; not where the pixel budget lowered it.
    """
    clamped = raster.dpi >= MOST and (own is None or own > raster.dpi * 1.05)
    return clamped and LOWERED not in raster.flags


def finer(own: float | None, raster: Raster, letters: float) -> float:
    """Resolution to draw a page at again, whose letters of `letters` pixels are tiny."""
    return min(own or FINEST, raster.dpi * AIM / letters)


def lowered(dpi: float, own: float | None) -> bool:
    """Whether a page of its `own` resolution, read at `dpi`, lost detail to the budget."""
    return dpi < min(wanted(own), own or VECTOR)


def affordable(page: PageInfo, dpi: float, limits: Limits) -> float:
    """`dpi`, or less where `limits.max_page_pixels` does not allow it.

    Raises PageFailed PAGE_TOO_LARGE, and RENDER_FAILED for a page without area.
    """
    area = page.width * page.height
    if not area > 0:
        raise PageFailed(
            Reason.RENDER_FAILED,
            f"Page {page.number} is missing or damaged: the file counts it, but gives no size.",
        )
    budget = min(
        72 * math.sqrt(limits.max_page_pixels / area),
        72 * LONGEST_SIDE / max(page.width, page.height),
    )
    if not budget >= LOWEST:
        raise PageFailed(
            Reason.PAGE_TOO_LARGE,
            f"Page {page.number} measures {page.width:.0f} x {page.height:.0f} points.",
            advice=f"At most {limits.max_page_pixels} pixels are drawn, and no page at less than"
            f" {LOWEST:.0f} dpi.",
        )
    return min(dpi, budget)
