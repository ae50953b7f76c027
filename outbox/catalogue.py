"""The event contracts as files for others to read: JSON Schemas and an AsyncAPI document.

``python -m outbox.catalogue`` writes them into ``docs/events/``. It refuses to write over a
contract in a way that breaks a reader: such a change is a new version beside the old one.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from outbox.events import CATALOGUE, Event
from outbox.routes import ROUTES

DIRECTORY = Path("docs/events")
Json = dict[str, Any]


def files() -> dict[str, Json]:
    """Every file of the catalogue by its name."""
    schemas = {_file(kind): schema(kind) for kind in CATALOGUE.values()}
    return {**schemas, "asyncapi.json": asyncapi()}


def schema(kind: type[Event]) -> Json:
    """The JSON Schema of one contract."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": _file(kind),
        **kind.model_json_schema(),
    }


def asyncapi() -> Json:
    """Every topic with its contract and the queues of its subscribers."""
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Octavo's events", "version": "1"},
        "channels": {
            kind.topic: {
                "address": kind.topic,
                "description": (kind.__doc__ or "").strip(),
                "messages": {
                    f"v{version}": {"payload": {"$ref": f"./{_file(kind)}"}},
                },
                "x-subscribers": [
                    {"name": subscriber.name, "queue": subscriber.queue}
                    for subscriber in ROUTES[kind.topic]
                ],
            }
            for (_, version), kind in CATALOGUE.items()
        },
    }


def breaks(before: Json, after: Json) -> list[str]:
    """What a reader of `before` would miss in `after`; empty: nothing."""
    old, new = before.get("properties", {}), after.get("properties", {})
    gone = [f"{name} is gone" for name in old if name not in new]
    changed = [
        f"{name} is of another type"
        for name in old
        if name in new and _kind(old[name]) != _kind(new[name])
    ]
    freed = set(before.get("required", [])) - set(after.get("required", []))
    return gone + changed + [f"{name} may be missing now" for name in sorted(freed & set(new))]


def main() -> int:
    """Write what changed; 1 when a change breaks a reader."""
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    status = 0
    for name, content in files().items():
        path = DIRECTORY / name
        before = json.loads(path.read_text("utf-8")) if path.exists() else {}
        if broken := breaks(before, content):
            print(f"{name}: {'; '.join(broken)}: make a new version", file=sys.stderr)  # noqa: T201
            status = 1
            continue
        path.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
    return status


def _file(kind: type[Event]) -> str:
    return f"{kind.topic}.v{kind.version}.json"


def _kind(field: Json) -> Json:
    """What a reader relies on, without words and defaults."""
    return {
        key: value for key, value in field.items() if key not in ("title", "description", "default")
    }


if __name__ == "__main__":
    sys.exit(main())
