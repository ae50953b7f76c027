"""The resolution that a kind of page is read at."""

from __future__ import annotations

import pytest

from pipelines import resolution
from pipelines.errors import PageFailed, Reason
from pipelines.values import Limits, PageInfo

A4 = PageInfo(1, 595.0, 842.0)


@pytest.mark.parametrize(
    ("own", "assumed", "expected"),
    [
        (None, False, 300.0),
        (72.0, False, 200.0),
        (240.0, False, 240.0),
        (600.0, False, 300.0),
        (90.0, True, 150.0),
        (171.0, True, 171.0),
    ],
)
def test_scans_keep_their_own_within_bounds(
    own: float | None, assumed: bool, expected: float
) -> None:
    assert resolution.wanted(own, assumed=assumed) == expected


def test_a_coarse_scan_that_is_not_enlarged_loses_nothing() -> None:
    assert not resolution.lowered(120.0, 100.0)
    assert resolution.lowered(90.0, 100.0)
    assert resolution.lowered(250.0, None)
    assert not resolution.lowered(300.0, 600.0)


def test_an_ordinary_page_is_not_lowered() -> None:
    assert resolution.affordable(A4, 300.0, Limits()) == 300.0


@pytest.mark.parametrize(("width", "height"), [(14_400.0, 14_400.0), (14_400.0, 100.0)])
def test_a_giant_page_is_lowered_to_the_budget(width: float, height: float) -> None:
    limits = Limits()
    dpi = resolution.affordable(PageInfo(1, width, height), 300.0, limits)
    assert resolution.LOWEST < dpi < 300
    assert width * height * (dpi / 72) ** 2 <= limits.max_page_pixels * 1.001
    assert width * dpi / 72 <= resolution.LONGEST_SIDE + 1


@pytest.mark.parametrize("side", [2_000_000.0, 1e38, float("inf")])
def test_a_page_beyond_reading_is_too_large(side: float) -> None:
    with pytest.raises(PageFailed) as caught:
        resolution.affordable(PageInfo(3, side, side), 300.0, Limits())
    assert caught.value.reason is Reason.PAGE_TOO_LARGE


@pytest.mark.parametrize("side", [0.0, -1.0, float("nan")])
def test_a_page_without_area_cannot_be_drawn(side: float) -> None:
    with pytest.raises(PageFailed) as caught:
        resolution.affordable(PageInfo(3, side, 100.0), 300.0, Limits())
    assert caught.value.reason is Reason.RENDER_FAILED
