"""Joining pages."""

from __future__ import annotations

from pipelines.assemble import joined


def test_missing_pages_keep_their_place() -> None:
    text = "".join(joined(["one", None, "three\fand", ""]))
    assert text.split("\f") == ["one", "", "three\nand", ""]


def test_nothing_is_read_before_it_is_asked_for() -> None:
    pages = iter(["one", "two"])
    pieces = joined(pages)
    assert next(pieces) == "one"
    assert next(pages) == "two"
    assert list(pieces) == []
