"""Shadows and pale print."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.values import Raster
from pipelines.whiten import whitened

SIDE = 320


def _page(paper: np.ndarray, ink: float) -> np.ndarray:
    """Strokes `ink` times as light as the `paper` they stand on."""
    page = paper.astype(float)
    page[20:300:16, 20:300] *= ink
    return page.astype(np.uint8)


def _whitened(page: np.ndarray) -> np.ndarray:
    clean = whitened(Raster(SIDE, SIDE, 200.0, page.tobytes()))
    assert clean is not None
    return np.frombuffer(clean.pixels, np.uint8).reshape(SIDE, SIDE)


@pytest.mark.parametrize("ink", [0.3, 0.7])
def test_a_shadow_goes_and_ink_stays(ink: float) -> None:
    paper = np.tile(np.linspace(110, 240, SIDE), (SIDE, 1))
    clean = _whitened(_page(paper, ink))
    strokes, between = clean[20:300:16, 30:290], clean[28:300:16, 30:290]
    assert between.min() > 215
    assert strokes.max() < 90
    assert int(between.max()) - int(between.min()) < 40


def test_a_page_that_is_white_is_not_touched() -> None:
    page = _page(np.full((SIDE, SIDE), 250.0), 0.4)
    assert whitened(Raster(SIDE, SIDE, 200.0, page.tobytes())) is None


def test_a_white_page_with_a_shadow_in_its_fold_is_cleaned() -> None:
    fold = np.concatenate([np.linspace(130, 255, SIDE // 4), np.full(SIDE - SIDE // 4, 255.0)])
    clean = _whitened(_page(np.tile(fold, (SIDE, 1)), 0.3))
    assert clean[28:300:16].min() > 180


def test_a_blank_page_stays_blank() -> None:
    assert _whitened(np.full((SIDE, SIDE), 200, np.uint8)).min() > 250
