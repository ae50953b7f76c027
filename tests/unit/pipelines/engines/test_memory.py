"""Memory is given back by what the C library has, and nothing fails where it has it not."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipelines.engines import memory


class Engine:
    """Counts how often it was asked to spare."""

    def __init__(self) -> None:
        self.spared = 0

    def spare(self) -> None:
        self.spared += 1


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


def test_every_other_engine_spares_what_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_call", lambda *_: None)
    first, second = Engine(), Engine()
    memory.keeps(first)
    memory.keeps(second)
    memory.make_room(beside=second)
    assert (first.spared, second.spared) == (1, 0)
    memory.make_room(beside=Engine())
    assert (first.spared, second.spared) == (2, 1)


def test_what_a_process_takes_is_read_where_the_system_says_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = tmp_path / "statm"
    said.write_text("90 5 1 1 0 1 0\n")
    monkeypatch.setattr(memory, "STATM", said)
    assert memory.resident() == 5 * os.sysconf("SC_PAGE_SIZE")
    monkeypatch.setattr(memory, "STATM", tmp_path / "none")
    assert memory.resident() == 0
