"""A change starts anew the processes that run the changed code, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavo.cli.up import CODE, affected

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


def test_every_room_that_runs_is_watched() -> None:
    root = Path(__file__).parents[4]
    rooms = {found.parent.name for found in root.glob("*/__init__.py")}
    assert rooms - {"bench", "tests"} <= set(CODE)
