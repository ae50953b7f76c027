"""The baseline of a line of words."""

from __future__ import annotations

import pytest

from pipelines.outputs.baseline import slope
from pipelines.values import Box


def _words(rise: float, below: tuple[int, ...] = ()) -> list[Box]:
    """Eight words of a line that rises by `rise` a pixel; those `below` reach 8 pixels under it."""
    feet = [round(400 + rise * (100 * n + 40)) for n in range(8)]
    return [
        Box(100 * n, foot - 30, 100 * n + 80, foot + 8 * (n in below))
        for n, foot in enumerate(feet)
    ]


def test_a_level_line_has_no_slope_and_stands_on_its_feet() -> None:
    found = slope(_words(0.0, below=(1, 4)))
    assert (found.rise, found.at(350)) == (0.0, 400)


def test_a_line_that_drifts_by_less_than_a_third_of_its_letters_is_level() -> None:
    assert slope(_words(0.01)).rise == 0.0


@pytest.mark.parametrize("rise", [0.05, -0.05])
def test_a_sloping_line_keeps_its_slope(rise: float) -> None:
    found = slope(_words(rise))
    assert found.rise == pytest.approx(rise, abs=0.002)
    assert found.at(340) == pytest.approx(400 + rise * 340, abs=1.5)


def test_a_bullet_and_a_dash_do_not_tilt_a_line() -> None:
    line = _words(0.0)
    bullet, dash = Box(-60, 380, -50, 390), Box(900, 382, 960, 386)
    assert slope([bullet, *line]) == slope([*line, dash]) == slope(line)


def test_words_that_stand_above_one_another_make_no_line_that_leaves_the_page() -> None:
    assert slope([Box(100, 2456, 112, 2600), Box(103, 2640, 117, 2774)]).rise == 0.0


def test_a_lone_word_is_level() -> None:
    assert slope([Box(10, 20, 90, 50)]) == slope([Box(300, 20, 380, 50)])
