"""A change starts anew the processes that run the changed code, and no other."""

from __future__ import annotations

import pytest

from octavo.cli.up import affected

PROCESSES = ["api", "relay", "split", "ocr", "beat", "flower"]
WORKING = ["api", "relay", "split", "ocr"]


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        (["api/pages.py"], ["api"]),
        (["tasks/ocr.py"], ["relay", "split", "ocr", "beat"]),
        (["api/pages.py", "tasks/ocr.py"], [*WORKING, "beat"]),
        (["store/pages.py"], WORKING),
        (["octavo/settings.py"], [*WORKING, "beat"]),
    ],
)
def test_what_starts_anew(changed: list[str], names: list[str]) -> None:
    assert affected(changed, PROCESSES) == names
