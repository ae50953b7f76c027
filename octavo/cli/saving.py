"""Save a document's results in every format there is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from octavo.cli.client import Client


def _text(client: Client, document: dict[str, Any]) -> str:
    return client.text(document["id"])


def _json(client: Client, document: dict[str, Any]) -> str:
    whole = {**document, "pages": list(client.pages(document["id"]))}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


FORMATS: dict[str, Callable[[Client, dict[str, Any]], str]] = {
    ".txt": _text,  # a form feed between pages
    ".json": _json,  # every page with its texts and word boxes
}


def save(client: Client, document: dict[str, Any], directory: Path, stem: str) -> list[Path]:
    """Write ``directory/stem.*``; the files written."""
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for suffix, produce in FORMATS.items():
        path = directory / f"{stem}{suffix}"
        path.write_text(produce(client, document), "utf-8")
        written.append(path)
    return written
