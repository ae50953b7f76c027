"""The Makefile refuses what it would otherwise pass over in silence."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "../scan.pdf"], "say FILE=../scan.pdf"),
        (["run", "file=scan.pdf"], "say FILE=scan.pdf"),
        (["run", "text_layer=force"], "say TEXT_LAYER=force"),
    ],
)
def test_a_file_that_is_not_named_as_one_is_not_read_as_the_sample(
    arguments: list[str], words: str
) -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", *arguments],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert words in done.stderr
    assert done.stdout == ""
