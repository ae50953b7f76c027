"""Save a document's results in every format there is."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import click

from octavo.cli import exits
from octavo.cli.client import Client, Refused
from octavo.cli.exits import Failure
from pipelines.outputs.formats import NAMES

# Of these codes another format may still be had.
_OF_ONE_FORMAT = ("no_pdf", "nothing_read")


def prepared(directory: Path) -> Path:
    """The directory, made if need be and tried. Raises Failure when it takes no file."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=directory).close()
    except OSError as error:
        raise _unwritable(directory, error) from error
    return directory


def save(client: Client, document: dict[str, Any], directory: Path, stem: str) -> list[Path]:
    """Write ``directory/stem.*``, where `directory` is `prepared`; the files. Raises Failure.

    A format that cannot be had of this document is named on stderr, and the others are written.
    """
    written = []
    for name in NAMES:
        path = directory / f"{stem}.{name}"
        try:
            made = client.result(document["id"], name)
            path.write_bytes(made)
        except Refused as refused:
            if refused.code not in _OF_ONE_FORMAT:
                raise
            click.echo(f"no {path.name}: {refused.message}", err=True)
        except OSError as error:
            raise _unwritable(path, error) from error
        else:
            written.append(path)
    return written


def _unwritable(path: Path, error: OSError) -> Failure:
    return Failure(f"{path} cannot be written: {error.strerror}.", exits.NO_OUTPUT)
