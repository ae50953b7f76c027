"""Memory is given back by what the C library has, and nothing fails where it has it not."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from weakref import WeakSet

import pytest

from pipelines.engines import memory


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No engine of another test is asked, which may not have been collected yet."""
    monkeypatch.setattr(memory, "_keepers", WeakSet())


class Engine:
    """Has so many things that it can spare."""

    def __init__(self, things: int = 0) -> None:
        self.things = things

    def spare(self) -> bool:
        self.things -= 1
        return self.things >= 0


def test_the_library_is_told_what_to_keep_and_to_trim(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[tuple[int, ...]] = []
    library = SimpleNamespace(
        mallopt=lambda *numbers: told.append(numbers),
        malloc_trim=lambda *numbers: told.append(numbers),
    )
    monkeypatch.setattr(memory, "_library", lambda: library)
    memory.share_heap()
    memory.keeps(Engine())
    memory.trim()
    assert told == [(-8, 1), (-3, 2**19), (0,)]  # as malloc.h has them; 0 bytes are kept


def test_another_library_that_has_neither_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Bare:
        def __getattr__(self, name: str) -> None:
            asked.append(name)
            raise AttributeError(name)

    monkeypatch.setattr(memory, "_library", Bare)
    memory.share_heap()
    memory.keeps(Engine())
    memory.trim()
    assert asked == ["mallopt", "mallopt", "malloc_trim"]


def test_other_engines_spare_as_much_as_is_needed_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory, "_call", lambda *_: None)
    first, second, ours = Engine(2), Engine(2), Engine(2)
    for engine in (first, second, ours):
        memory.keeps(engine)
    monkeypatch.setattr(memory, "resident", lambda: memory.MOST - 12 + first.things + second.things)
    assert memory.make_room(8, beside=ours)
    assert (first.things + second.things, ours.things) == (4, 2)
    assert memory.make_room(9, beside=ours)
    assert (first.things + second.things, ours.things) == (3, 2)


def test_what_the_others_cannot_spare_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_call", lambda *_: None)
    monkeypatch.setattr(memory, "resident", lambda: memory.MOST)
    other, ours = Engine(3), Engine(3)
    memory.keeps(other)
    memory.keeps(ours)
    assert not memory.make_room(1, beside=ours)
    assert (other.things, ours.things) == (-1, 3)


def test_what_a_process_takes_is_read_where_the_system_says_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = tmp_path / "statm"
    said.write_text("90 5 1 1 0 1 0\n")
    monkeypatch.setattr(memory, "STATM", said)
    assert memory.resident() == 5 * os.sysconf("SC_PAGE_SIZE")
    monkeypatch.setattr(memory, "STATM", tmp_path / "none")
    assert memory.resident() == 0
