"""Two pages share a key when their text must be the same, and only then."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from pipelines import identity
from pipelines.values import AUTO_LANGUAGES, Limits, Options, Raster, TextLayer
from tests.support.traineddata import LSTM, made

RASTER = Raster(4, 2, 300.0, bytes(8))


def test_what_decides_the_text_is_part_of_it() -> None:
    first = identity.reading(Options(), Limits())
    assert first == identity.reading(Options(), Limits())
    others = (
        identity.reading(Options(languages=("osd",)), Limits()),
        identity.reading(Options(languages=AUTO_LANGUAGES), Limits()),
        identity.reading(Options(text_layer=TextLayer.FORCE), Limits()),
        identity.reading(Options(rasterizer="pypdfium2"), Limits()),
        identity.reading(Options(), Limits(max_page_pixels=1_000_000)),
    )
    assert None not in others
    assert len({first, *others}) == len(others) + 1


def test_what_does_not_decide_it_is_not() -> None:
    first = identity.reading(Options(), Limits())
    assert first == identity.reading(Options(pages="1-3", cache=False), Limits())


@pytest.mark.parametrize("options", [{"recognizer": "null"}, {"rasterizer": "null"}])
def test_engines_for_tests_have_none(options: dict[str, str]) -> None:
    assert identity.reading(Options(**options), Limits()) is None  # type: ignore[arg-type]


def test_every_option_is_weighed() -> None:
    """A new option is one of the reading unless somebody has decided otherwise."""
    names = {each.name for each in dataclasses.fields(Options)}
    assert set(identity.NOT_OF_READING) <= names


def test_language_data_counts_by_its_bytes(tmp_path: Path) -> None:
    model = tmp_path / "xyz.traineddata"
    model.write_bytes(made((LSTM, b"one")))
    before = identity.data(("xyz",), tmp_path)
    model.write_bytes(made((LSTM, b"two!")))
    assert identity.data(("xyz",), tmp_path) != before
    assert identity.data(("xyz", "absent"), tmp_path) == identity.data(("xyz",), tmp_path)
    assert [code for code, _ in identity.data(("xyz",), tmp_path) if code != "osd"] == ["xyz"]


def test_a_file_and_a_page_have_keys_of_their_own() -> None:
    keys = {
        identity.of_source(b"r", "a", "0" * 64, 1),
        identity.of_source(b"r", "b", "0" * 64, 1),
        identity.of_source(b"r", "a", "1" * 64, 1),
        identity.of_source(b"r", "a", "0" * 64, 2),
        identity.of_source(b"s", "a", "0" * 64, 1),
        identity.of_source(b"r", "a", "0" * 64, 1, cleanup="vision"),
        identity.of_raster(b"r", "a", RASTER),
        identity.of_raster(b"r", "b", RASTER),
        identity.of_raster(b"r", "a", dataclasses.replace(RASTER, dpi=200.0)),
        identity.of_raster(b"r", "a", dataclasses.replace(RASTER, width=2, height=4)),
        identity.of_raster(b"r", "a", dataclasses.replace(RASTER, pixels=b"1" * 8)),
        identity.of_raster(b"r", "a", dataclasses.replace(RASTER, flags=("resolution_assumed",))),
    }
    assert len(keys) == 12


@pytest.mark.parametrize(
    ("flags", "sound"),
    [
        ((), True),
        (("cached", "resolution_assumed"), True),
        (("resolution_lowered",), False),
        (("language_missing:deu",), False),
        (("language_damaged:deu",), False),
        (("unheard_of",), False),
    ],
)
def test_a_flag_that_nobody_has_weighed_keeps_a_text_to_itself(
    flags: tuple[str, ...], sound: bool
) -> None:
    assert identity.is_sound(flags) is sound


def test_a_reading_short_of_time_is_told() -> None:
    limits = Limits(recognize_seconds=100)
    assert not identity.hurried(10.0, limits)
    assert identity.hurried(60.0, limits)
