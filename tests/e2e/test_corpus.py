"""Real scans all come out, and odd files all end in words."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from octavo.cli.client import Refused

CORPUS = Path(os.environ.get("OCTAVO_CORPUS", ""))

SECONDS = 900  # for a folder, on a machine a third as fast as those that it takes two minutes on
pytestmark = [
    pytest.mark.timeout(SECONDS),
    pytest.mark.skipif(not os.environ.get("OCTAVO_CORPUS"), reason="OCTAVO_CORPUS names no corpus"),
    pytest.mark.usefixtures("same_processes"),
]
Record = Callable[[str, object], None]


def through(octavo: Any, folder: str) -> Counter[str]:
    """Submit every file, then wait for every end; how they ended."""
    files = sorted(path for path in (CORPUS / folder).rglob("*.*") if path.is_file())
    assert files
    ends: Counter[str] = Counter()
    accepted = []
    for path in files:
        try:
            accepted.append(octavo.submit(path))
        except Refused as refused:
            assert refused.status == 422, path
            ends[f"refused: {refused.code}"] += 1
    for document in accepted:
        document = octavo.end_of(document, seconds=SECONDS)
        said = {reason["code"] for reason in document["reasons"]}
        assert (document["state"] == "completed") == (not said), document
        assert not said & {"internal", "attempts_exhausted", "out_of_memory"}, document
        ends[": ".join([document["state"], *sorted(said)])] += 1
    assert ends.total() == len(files)
    return ends


def test_every_scan_is_read(octavo: Any, record_property: Record) -> None:
    ends = through(octavo, "scans")
    record_property("ends", {str(end): count for end, count in ends.items()})
    assert set(ends) == {"completed"}


def test_every_odd_file_ends_in_a_terminal_state_with_a_reason(
    octavo: Any, record_property: Record
) -> None:
    ends = through(octavo, "odd")
    record_property("ends", {str(end): count for end, count in ends.items()})
    assert ends["completed"] > 100
    assert ends["failed: encrypted"] > 10
