"""Files that processes have in common: made once, kept while one is used, nobody else's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tasks.shared import Shared

NAME, OTHER = "ab" * 32, "cd" * 32
# A process that wants the file: it says when it waits for others, when it is the one that makes it,
# and makes it, or fails, when it is told to.
WANTS = """
import fcntl, sys
from pathlib import Path
from tasks import shared

lock, told = fcntl.flock, []

def flock(file, how):
    try:
        lock(file, how)
    except BlockingIOError:
        if not told:
            told.append(print("waits", flush=True))
        raise

def make(path):
    print("makes", flush=True)
    if sys.stdin.readline() != "make\\n":
        sys.exit(1)
    path.write_text("content")

fcntl.flock = flock
shared.PATIENCE_SECONDS = float(sys.argv[4])
shared.Shared(Path(sys.argv[1])).obtain(sys.argv[2], Path(sys.argv[3]), make)
"""

Wanting = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def wanting(tmp_path: Path) -> Iterator[Wanting]:
    started: list[subprocess.Popen[str]] = []

    def start(file: str, patience: float = 60.0) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", WANTS, str(tmp_path / "shared"), NAME]
        started.append(
            subprocess.Popen(
                [*command, str(tmp_path / file), str(patience)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_one_makes_the_file_and_the_others_wait_for_it(wanting: Wanting, tmp_path: Path) -> None:
    first = wanting("first")
    assert said(first) == "makes"
    others = [wanting(f"other{number}") for number in range(3)]
    assert [said(other) for other in others] == ["waits"] * 3
    first.communicate("make\n", timeout=30)
    assert [other.communicate(timeout=30)[0] for other in others] == [""] * 3
    assert all((tmp_path / f"other{n}").samefile(tmp_path / "first") for n in range(3))


def test_another_makes_it_when_the_first_is_killed(wanting: Wanting, tmp_path: Path) -> None:
    first = wanting("first")
    assert said(first) == "makes"
    second = wanting("second")
    assert said(second) == "waits"
    first.kill()
    assert said(second) == "makes"
    second.communicate("make\n", timeout=30)
    assert (tmp_path / "second").read_text() == "content"


def test_those_that_waited_for_one_that_failed_do_not_wait_for_each_other(
    wanting: Wanting, tmp_path: Path
) -> None:
    first = wanting("first")
    assert said(first) == "makes"
    others = [wanting(f"other{number}") for number in range(3)]
    assert [said(other) for other in others] == ["waits"] * 3
    first.communicate("fail\n", timeout=30)
    assert [said(other) for other in others] == ["makes"] * 3
    for other in others:
        other.communicate("make\n", timeout=30)
    assert [(tmp_path / f"other{n}").read_text() for n in range(3)] == ["content"] * 3


def test_nobody_waits_longer_than_patience_for_one_that_is_stopped(
    wanting: Wanting, tmp_path: Path
) -> None:
    first = wanting("first")
    assert said(first) == "makes"
    second = wanting("second", patience=0.2)
    assert [said(second), said(second)] == ["waits", "makes"]
    second.communicate("make\n", timeout=30)
    assert (tmp_path / "second").read_text() == "content"
    assert first.poll() is None


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
    shared.obtain(OTHER, unused, lambda path: path.write_text("unused"))
    unused.unlink()
    shared.drop_unused()
    kept = [each.name for each in (tmp_path / "shared").iterdir() if each.suffix != ".turn"]
    assert kept == [NAME]


def linked(place: Path) -> None:
    elsewhere = place.with_name("elsewhere")
    elsewhere.mkdir(mode=0o700)
    (elsewhere / NAME).write_text("planted")
    place.symlink_to(elsewhere)


def open_to(mode: int) -> Callable[[Path], None]:
    def make(place: Path) -> None:
        place.mkdir()
        (place / NAME).write_text("planted")
        place.chmod(mode)

    return make


@pytest.mark.parametrize(
    "planted", [open_to(0o770), open_to(0o777), open_to(0o705), open_to(0), linked]
)
def test_a_directory_that_others_can_write_or_read_is_not_touched(
    tmp_path: Path, planted: Callable[[Path], None]
) -> None:
    place = tmp_path / "shared"
    planted(place)
    shared = Shared(place)
    shared.obtain(NAME, tmp_path / "file", lambda path: path.write_text("content"))
    shared.drop_unused()
    assert (tmp_path / "file").read_text() == "content"
    place.chmod(0o700)
    assert [each.name for each in place.iterdir()] == [NAME]


def test_a_directory_of_a_group_is_used_as_well(tmp_path: Path) -> None:
    tmp_path.chmod(0o2700)
    shared = Shared(tmp_path / "shared")
    for number in range(2):
        shared.obtain(NAME, tmp_path / f"file{number}", lambda path: path.write_text("content"))
    assert (tmp_path / "file0").samefile(tmp_path / "file1")


def test_without_a_directory_each_makes_its_own(tmp_path: Path) -> None:
    for place in (tmp_path / "a file", tmp_path / "nowhere" / "shared"):
        (tmp_path / "a file").write_text("planted")
        shared = Shared(place)
        shared.obtain(NAME, tmp_path / "file", lambda path: path.write_text("content"))
        shared.drop_unused()
        assert (tmp_path / "file").read_text() == "content"
        (tmp_path / "file").unlink()


def test_where_links_are_impossible_each_makes_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr("os.link", refused)
    shared = Shared(tmp_path / "shared")
    for number in range(2):
        path = tmp_path / f"file{number}"
        shared.obtain(NAME, path, lambda path: path.write_text("content"))
        assert path.read_text() == "content"
