"""Save a document's results in every format there is."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from octavo.cli import exits
from octavo.cli.client import Client
from octavo.cli.exits import Failure


def _text(client: Client, document: dict[str, Any]) -> str:
    return client.text(document["id"])


def _json(client: Client, document: dict[str, Any]) -> str:
    whole = {**document, "pages": list(client.pages(document["id"]))}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


FORMATS: dict[str, Callable[[Client, dict[str, Any]], str]] = {
    ".txt": _text,  # a form feed between pages
    ".json": _json,  # every page with its texts and word boxes
}


def prepared(directory: Path) -> Path:
    """The directory, made if need be and tried. Raises Failure when it takes no file."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=directory).close()
    except OSError as error:
        raise _unwritable(directory, error) from error
    return directory


def save(client: Client, document: dict[str, Any], directory: Path, stem: str) -> list[Path]:
    """Write ``directory/stem.*``, where `directory` is `prepared`; the files. Raises Failure."""
    written = []
    for suffix, produce in FORMATS.items():
        path = directory / f"{stem}{suffix}"
        made = produce(client, document)
        try:
            path.write_text(made, "utf-8")
        except OSError as error:
            raise _unwritable(path, error) from error
        written.append(path)
    return written


def _unwritable(path: Path, error: OSError) -> Failure:
    return Failure(f"{path} cannot be written: {error.strerror}.", exits.NO_OUTPUT)
