"""``octavo run``: one file through the whole system, its text on stdout."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from octavo.cli import exits, options
from octavo.cli.following import follow, tell
from octavo.cli.running import octavo, say
from octavo.cli.saving import save

_SAMPLE_PAGES = 3


@click.command(epilog=exits.TABLE)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@options.how_to_read
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Save results here.")
def run(file: Path | None, out: Path | None, asked: dict[str, str]) -> None:
    """Read FILE and print its text; without FILE, a sample scan made on the spot.

    Uses the Octavo that runs here (octavo up), or starts one and stops it again. Progress and
    messages go to stderr; nothing but the text goes to stdout.
    """
    with exits.explained():
        path = options.existing(file) if file is not None else _sample(options.ROOT)
        with octavo(options.ROOT) as (client, meanwhile):
            document = follow(client, client.submit(path, asked), meanwhile)
            code = tell(document)
            write_text(client.text(document["id"]))
            if out is not None:
                for written in save(client, document, out, path.stem):
                    say(f"saved {written}")
    sys.exit(code)


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
