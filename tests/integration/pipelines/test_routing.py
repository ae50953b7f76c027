"""A page that the first engine reads badly, by two real engines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench import made
from pipelines import routing
from pipelines.engines import rapid, registry
from pipelines.inspect import inspect
from pipelines.recognize import recognize
from pipelines.render import render
from pipelines.values import Limits, Options, Raster

OPTIONS, LIMITS = Options(), Limits()
RECEIPT = 3  # of those made: Tesseract takes its amounts for a column


def raster_of(path: Path) -> Raster:
    return render(path, inspect(path, OPTIONS, LIMITS).pages[0], LIMITS)


@pytest.fixture(autouse=True)
def _both_engines() -> None:
    if not {"tesserocr", "rapidocr"} <= set(registry.available()["recognizers"]):
        pytest.skip(registry.ADVICE["rapidocr"])


@pytest.fixture(scope="module")
def receipt(tmp_path_factory: pytest.TempPathFactory) -> tuple[Raster, str]:
    page = made.receipt(RECEIPT)
    path = tmp_path_factory.mktemp("receipt") / "receipt.png"
    page.image.save(path)
    return raster_of(path), page.text


def test_a_receipt_is_read_by_both_and_in_rows(receipt: tuple[Raster, str]) -> None:
    raster, text = receipt
    read = recognize(raster, OPTIONS, LIMITS)
    assert routing.ESCALATED in read.flags
    assert routing.outcome(read) in ("second", "both")
    rows = {tuple(line.split()) for line in read.text.splitlines()}
    true = [tuple(line.split()) for line in text.splitlines()]
    assert sum(row in rows for row in true) >= 0.9 * len(true)


def test_it_can_be_switched_off(receipt: tuple[Raster, str]) -> None:
    read = recognize(receipt[0], OPTIONS, replace(LIMITS, escalate_below=0.0))
    assert (routing.outcome(read), read.engine.split()[0]) == (None, "tesserocr")


def test_a_clean_page_is_read_once(sheet: tuple[Path, str]) -> None:
    assert routing.outcome(recognize(raster_of(sheet[0]), OPTIONS, LIMITS)) is None


def test_a_damaged_model_leaves_the_first_reading(
    receipt: tuple[Raster, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = rapid.RapidOcr(tmp_path)
    for name in (rapid.DETECTOR, rapid.READER):
        (tmp_path / name).write_bytes(b"not a network")
    monkeypatch.setattr(registry, "stronger", lambda *_: broken)
    read = recognize(receipt[0], OPTIONS, LIMITS)
    assert (routing.outcome(read), bool(read.words)) == ("failed", True)
