"""A process that is started anew is said to be started when it works, not before."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from octavo.local.errors import NotStarted
from octavo.local.process import Program
from octavo.local.renewal import renew
from octavo.local.stack import Stack

_WORKS = "import time; print('ocr@here ready.', flush=True); time.sleep(60)"


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with Stack(tmp_path / "octavo", durable=False) as entered:
        yield entered


def _program(code: Path) -> Program:
    return Program("ocr", (sys.executable, str(code)))


def test_it_is_waited_for_until_its_log_says_that_it_works(stack: Stack, tmp_path: Path) -> None:
    code = tmp_path / "code.py"
    code.write_text(_WORKS)
    stack.start(_program(code))
    code.write_text(_WORKS.replace("here", "there"))
    renew(stack, ["ocr"], lambda: False)
    assert "ocr@there ready." in stack.supervisor.log("ocr").read_text()


def test_one_that_dies_of_its_imports_tells_why(stack: Stack, tmp_path: Path) -> None:
    code = tmp_path / "code.py"
    code.write_text(_WORKS)
    stack.start(_program(code))
    code.write_text("import nothing_such")
    with pytest.raises(NotStarted, match="ocr ended with code 1: ModuleNotFoundError: No module"):
        renew(stack, ["ocr"], lambda: False)


def test_the_api_has_begun_when_it_answers(stack: Stack, tmp_path: Path) -> None:
    code = tmp_path / "code.py"
    code.write_text("import time; time.sleep(60)")
    stack.start(Program("api", (sys.executable, str(code))))
    answers = iter([False, False, True])
    renew(stack, ["api"], lambda: next(answers))
    assert next(answers, None) is None
