"""Kill points: an armed one ends the process that passes it, once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PASS_THRICE = (
    "from octavo.killpoints import killpoint\n"
    "for _ in range(3): killpoint('a.point'); print('passed', flush=True)"
)


def _run(**environment: str) -> tuple[int, int]:
    """Exit code, and how often the point was passed."""
    done = subprocess.run(
        [sys.executable, "-c", PASS_THRICE],
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
        env={**os.environ, **environment},
    )
    assert done.stderr == ""
    return done.returncode, done.stdout.count("passed")


def test_a_point_that_is_not_armed_does_nothing(tmp_path: Path) -> None:
    assert _run(OCTAVO_KILLPOINTS=str(tmp_path)) == (0, 3)


@pytest.mark.parametrize("passes", [0, 1, 2])
def test_an_armed_point_ends_one_process_at_its_pass(tmp_path: Path, passes: int) -> None:
    for number in range(passes + 1):
        (tmp_path / f"a.point@{number}").write_text("SIGKILL")
    assert _run(OCTAVO_KILLPOINTS=str(tmp_path)) == (-signal.SIGKILL, passes)
    assert [path.name for path in tmp_path.iterdir()] == ["a.point.fired"]
    assert _run(OCTAVO_KILLPOINTS=str(tmp_path)) == (0, 3)
