"""Every odd file of the corpus ends in a result or a typed reason, and harms nobody."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipelines.errors import DocumentRejected, PipelineError, Reason
from pipelines.inspect import inspect
from pipelines.local import LocalPage
from pipelines.recognize import recognize_page
from pipelines.values import Limits, Options

CORPUS = os.environ.get("OCTAVO_CORPUS")
PAGES = 3  # of a file
# The null recognizer: what is tested is everything that touches hostile bytes.
OPTIONS = Options(recognizer="null")
LIMITS = Limits(render_seconds=15)

pytestmark = pytest.mark.skipif(not CORPUS, reason="OCTAVO_CORPUS names no corpus")


def _read(source: Path) -> list[LocalPage] | PipelineError:
    try:
        seen = inspect(source, OPTIONS, LIMITS)
    except DocumentRejected as error:
        return error
    results = []
    for page in seen.pages[:PAGES]:
        try:
            results.append(LocalPage(page, recognize_page(source, page, OPTIONS, LIMITS)))
        except PipelineError as error:
            results.append(LocalPage(page, error=error))
    return results


def test_every_odd_file_ends(record_property: Callable[[str, object], None]) -> None:
    sources = sorted(each for each in (Path(CORPUS or "") / "odd").rglob("*.*") if each.is_file())
    assert sources
    ends: Counter[str] = Counter()
    with ThreadPoolExecutor(2) as pool:
        for source, end in zip(sources, pool.map(_read, sources), strict=True):
            if isinstance(end, PipelineError):
                assert end.reason not in (Reason.INTERNAL, Reason.RENDER_FAILED), source
                ends[end.reason] += 1
                continue
            assert end, source
            for result in end:
                assert result.error is not None or result.recognition is not None
                ends[result.error.reason if result.error else "read"] += 1
    record_property("ends", {str(end): count for end, count in ends.items()})
    assert ends["read"] > len(sources) / 2
    assert ends[Reason.ENCRYPTED] > 0
