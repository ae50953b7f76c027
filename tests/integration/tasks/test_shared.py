"""Files that processes have in common: made once, kept while one is used, nobody else's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tasks.shared import Shared

NAME = "ab" * 32
# A process that wants the file, and says when it is the one that makes it.
WANTS = """
import sys, time
from pathlib import Path
from tasks.shared import Shared

def make(path):
    print("made", flush=True)
    sys.stdin.readline()
    path.write_text("content")

Shared(Path(sys.argv[1])).obtain(sys.argv[2], Path(sys.argv[3]), make)
"""


def wanting(directory: Path, path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WANTS, str(directory), NAME, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def made_by(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_one_makes_the_file_and_the_others_wait_for_it(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    first = wanting(shared, tmp_path / "first")
    assert made_by(first) == "made"
    others = [wanting(shared, tmp_path / f"other{number}") for number in range(3)]
    assert [other.poll() for other in others] == [None] * 3
    first.communicate("\n", timeout=30)
    assert [other.communicate(timeout=30)[0] for other in others] == [""] * 3
    assert all((tmp_path / f"other{n}").samefile(tmp_path / "first") for n in range(3))


def test_another_makes_it_when_the_first_is_killed(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    first = wanting(shared, tmp_path / "first")
    assert made_by(first) == "made"
    second = wanting(shared, tmp_path / "second")
    first.kill()
    first.communicate()
    assert made_by(second) == "made"
    second.communicate("\n", timeout=30)
    assert (tmp_path / "second").read_text() == "content"


def test_a_maker_that_fails_leaves_nothing(tmp_path: Path) -> None:
    shared = Shared(tmp_path / "shared")

    def fails(_: Path) -> None:
        raise ValueError("no such object")

    with pytest.raises(ValueError, match="no such object"):
        shared.obtain(NAME, tmp_path / "file", fails)
    shared.obtain(NAME, tmp_path / "file", lambda path: path.write_text("content"))
    assert (tmp_path / "file").read_text() == "content"


def test_what_nobody_uses_goes_and_the_rest_stays(tmp_path: Path) -> None:
    shared = Shared(tmp_path / "shared")
    used, unused = tmp_path / "used", tmp_path / "unused"
    shared.obtain(NAME, used, lambda path: path.write_text("used"))
    shared.obtain(NAME[::-1], unused, lambda path: path.write_text("unused"))
    unused.unlink()
    shared.drop_unused()
    kept = [each.name for each in (tmp_path / "shared").iterdir() if each.suffix != ".turn"]
    assert kept == [NAME]


@pytest.mark.parametrize("mode", [0o770, 0o777, 0o705])
def test_a_directory_that_others_can_write_or_read_is_not_used(tmp_path: Path, mode: int) -> None:
    directory = tmp_path / "shared"
    directory.mkdir()
    directory.chmod(mode)
    (directory / NAME).write_text("planted")
    Shared(directory).obtain(NAME, tmp_path / "file", lambda path: path.write_text("content"))
    assert (tmp_path / "file").read_text() == "content"


def test_a_directory_that_is_a_link_elsewhere_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "elsewhere" / NAME).write_text("planted")
    (tmp_path / "shared").symlink_to(tmp_path / "elsewhere")
    shared = Shared(tmp_path / "shared")
    shared.obtain(NAME, tmp_path / "file", lambda path: path.write_text("content"))
    assert (tmp_path / "file").read_text() == "content"
