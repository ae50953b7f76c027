"""Settings that mean something: each is read by some part of the program."""

from __future__ import annotations

import re
from pathlib import Path

from octavo import settings

ROOT = Path(settings.__file__).parents[1]
ROOMS = ("api", "llm", "octavo", "outbox", "pipelines", "store", "tasks")


def test_every_setting_is_read() -> None:
    sources = "\n".join(
        path.read_text()
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if path != Path(settings.__file__)
    )
    read = set(re.findall(r"\.(\w+)", sources))
    assert sorted(set(settings.Settings.model_fields) - read) == []
