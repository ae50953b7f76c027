"""``octavo run``: one file through the whole system, its text on stdout."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from octavo.cli import exits, options
from octavo.cli.exits import Failure
from octavo.cli.following import follow, tell
from octavo.cli.running import Found, octavo, say
from octavo.cli.saving import prepared, save

_SAMPLE_PAGES = 3


@click.command(epilog=exits.TABLE)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@options.how_to_read
@click.option("--out", type=click.Path(path_type=Path), help="Save results here.")
def run(file: Path | None, out: Path | None, asked: dict[str, str]) -> None:
    """Read FILE and print its text; without FILE, a sample scan made on the spot.

    Uses the Octavo that runs here (octavo up), or starts one and stops it again. Progress and
    messages go to stderr; nothing but the text goes to stdout.
    """
    directory = prepared(out) if out is not None else None
    path = options.existing(file) if file is not None else _sample(options.ROOT)
    with octavo(options.ROOT) as found:
        document = _followed(found, found.client.submit(path, asked))
        code = tell(document)
        write_text(found.client.text(document["id"]))
        if directory is not None:
            for written in save(found.client, document, directory, path.stem):
                say(f"saved {written}")
    sys.exit(code)


def _followed(found: Found, document: dict[str, Any]) -> dict[str, Any]:
    try:
        return follow(found.client, document, found.meanwhile)
    except KeyboardInterrupt as error:
        name = document["id"]
        goes_on = (
            f"goes on; octavo wait {name}"
            if found.stays
            else "goes on when Octavo runs again here (make up)"
        )
        raise Failure(f"interrupted; {name} {goes_on}", exits.INTERRUPTED) from error


def write_text(text: str) -> None:
    """To stdout, as UTF-8 whatever the locale, with a line break at the end of any text."""
    sys.stdout.buffer.write(text.encode())
    if text and not text.endswith("\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.flush()


def _sample(root: Path) -> Path:
    path = root / "sample.pdf"
    if not path.exists():
        from octavo.samples import make_scan

        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = root / "sample.new.pdf"
        make_scan(fresh, pages=_SAMPLE_PAGES)
        fresh.replace(path)
    say(f"reading {path}, a scan of {_SAMPLE_PAGES} pages made for this (FILE=... reads yours)")
    return path
