"""Sample pages."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from octavo import samples
from octavo.sample_text import TEXTS


@pytest.mark.parametrize("language", ["eng", "spa"])
def test_pages_differ_and_a_seed_repeats_them(language: str) -> None:
    def pages(seed: int) -> list[list[str]]:
        rng = random.Random(seed)
        return [samples.page_lines(number, rng, language) for number in (1, 2, 3)]

    assert pages(1) == pages(1)
    assert pages(1) != pages(2)
    first, second, _ = pages(1)
    assert first[-1] == "1"
    assert second[-1] == "2"
    assert first[2:-1] != second[2:-1]
    assert max(map(len, first)) <= samples.CHARACTERS


def test_every_text_can_be_typeset() -> None:
    for titles, paragraphs in TEXTS.values():
        assert all(text.encode("cp1252") for text in (*titles, *paragraphs))


@pytest.mark.parametrize(("name", "pages"), [("a.png", 2), ("a.gif", 1), ("a.pdf", 0)])
def test_what_cannot_be_made_is_refused(name: str, pages: int, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no scan"):
        samples.make_scan(tmp_path / name, pages)
