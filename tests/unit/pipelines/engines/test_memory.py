"""Memory is given back by what the C library has, and nothing fails where it has it not."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from pipelines.engines import memory


def test_the_library_is_told_what_to_keep_and_to_trim(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[tuple[int, ...]] = []
    library = SimpleNamespace(
        mallopt=lambda *numbers: told.append(numbers),
        malloc_trim=lambda *numbers: told.append(numbers),
    )
    monkeypatch.setattr(memory, "_library", lambda: library)
    memory.keep_little()
    memory.give_back()
    assert told == [(-3, 2**19), (-8, 1), (0,)]  # as malloc.h has them; 0 bytes are kept


def test_another_library_that_has_neither_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Bare:
        def __getattr__(self, name: str) -> None:
            asked.append(name)
            raise AttributeError(name)

    monkeypatch.setattr(memory, "_library", Bare)
    memory.keep_little()
    memory.give_back()
    assert asked == ["mallopt", "mallopt", "malloc_trim"]
