"""The time that looking at a file may take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines import deadline, inspect, layers, pdf
from pipelines.errors import PageFailed, Reason
from pipelines.values import Limits, Options, PageInfo

LIMITS = Limits(max_pages=500, render_seconds=60)


class Child:
    """Stands for `confined`: hangs at some pages, and time is what it was given."""

    def __init__(self, hangs: Callable[[int], bool]) -> None:
        self.now = 100.0
        self._hangs = hangs

    def __call__(
        self, function: object, *args: Any, limits: Limits, seconds: float | None = None
    ) -> Any:
        if function is pdf.sizes:
            return ((595.0, 842.0),) * 500
        assert seconds is not None
        assert seconds > 0
        pages: tuple[PageInfo, ...] = args[1]
        if any(self._hangs(page.number) for page in pages):
            self.now += seconds
            raise PageFailed(Reason.TIMEOUT, "too slow")
        return pages


@pytest.mark.parametrize("every", [1, 24, 499])
def test_pages_that_hang_cost_the_document_a_bounded_time(
    every: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = Child(lambda number: number % every == 0)
    monkeypatch.setattr(inspect, "confined", child)
    monkeypatch.setattr(layers, "confined", child)
    monkeypatch.setattr(deadline, "monotonic", lambda: child.now)
    source = tmp_path / "book.pdf"
    source.write_bytes(b"%PDF-1.7")
    seen = inspect.inspect(source, Options(), LIMITS)
    assert [page.number for page in seen.pages] == list(range(1, 501))
    assert child.now - 100.0 <= LIMITS.inspect_seconds
