"""Entries of PDF dictionaries as pages see them."""

from __future__ import annotations

from typing import Any

from pikepdf import Dictionary

DEEPEST = 64  # levels of a page tree


def inherited(page: Any, name: str) -> Any:
    """An entry of a page, or of the nearest node above it that has one; None: none has."""
    node = page
    for _ in range(DEEPEST):
        if not isinstance(node, Dictionary):
            return None
        if name in node:
            return node[name]
        node = node.get("/Parent")
    return None


def copied(found: Any) -> Any:
    """A dictionary with the same entries: what is shared with other pages stays as it is."""
    made = Dictionary()
    for key in found.keys():  # noqa: SIM118 a pikepdf dictionary iterates otherwise
        made[key] = found[key]
    return made
