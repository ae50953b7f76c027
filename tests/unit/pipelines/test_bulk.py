"""Which pages are taken to be cheap, before most of them were looked at."""

from __future__ import annotations

import pytest

from pipelines.bulk import cheap
from pipelines.inspect import sampled
from pipelines.judge import taken
from pipelines.values import Options, PageInfo, TextLayer, Verdict

KINDS = {
    "t": Verdict.TEXT,
    "i": Verdict.IMAGE,
    "b": Verdict.BLANK,
    "m": Verdict.MIXED,
    "x": Verdict.BAD_TEXT,
    ".": None,
}


def pages(kinds: str) -> list[PageInfo]:
    return [PageInfo(n, 1.0, 1.0, None, KINDS[kind]) for n, kind in enumerate(kinds, 1)]


@pytest.mark.parametrize(
    ("kinds", "mode", "guess"),
    [
        ("tt..t", TextLayer.AUTO, "+++++"),
        ("tt..i..t..t", TextLayer.AUTO, "++-----++++"),
        ("tbx.m.t", TextLayer.AUTO, "++----+"),
        ("tbx.m.t", TextLayer.SKIP, "+++++++"),
        ("tbx.m.t", TextLayer.FORCE, "-------"),
        ("....", TextLayer.AUTO, "----"),
        ("", TextLayer.AUTO, ""),
    ],
)
def test_pages_between_two_cheap_ones_are_cheap(kinds: str, mode: TextLayer, guess: str) -> None:
    found = cheap(pages(kinds), Options(text_layer=mode))
    assert "".join("+" if each else "-" for each in found) == guess


def test_every_page_is_cheap_for_a_cheap_engine() -> None:
    options = Options(rasterizer="null", recognizer="null", text_layer=TextLayer.FORCE)
    assert cheap(pages("i.x"), options) == [True] * 3


@pytest.mark.parametrize("count", [1, 2, 8, 9, 16, 17, 1000])
def test_the_sample_has_the_first_pages_and_the_last(count: int) -> None:
    places = sampled(count)
    assert places == sorted(set(places))
    assert places[:8] == list(range(min(8, count)))
    assert places[-1] == count - 1
    assert len(places) <= 16


def test_what_was_not_looked_at_is_not_taken() -> None:
    assert not any(taken(None, mode) for mode in TextLayer)
