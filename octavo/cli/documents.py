"""``octavo submit``, ``wait`` and ``text``: speak to an Octavo that runs somewhere."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from octavo.cli import exits, options
from octavo.cli.following import await_end, tell
from octavo.cli.run import write_text


@click.command(epilog=exits.TABLE)
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@options.how_to_read
@click.option("--wait", "waiting", is_flag=True, help="Return when every document has ended.")
def submit(files: tuple[Path, ...], waiting: bool, asked: dict[str, str]) -> None:
    """Send files to be read; prints a line each: the document's id, a tab, the file."""
    with exits.explained():
        client = options.client()
        paths = [options.existing(path) for path in files]
        sent = []
        for path in paths:
            document = client.submit(path, asked)
            click.echo(f"{document['id']}\t{path}")
            sent.append(document["id"])
        codes = [tell(await_end(client, each)) for each in sent] if waiting else []
    sys.exit(max(codes, default=exits.OK))


@click.command(epilog=exits.TABLE)
@click.argument("document_id", metavar="ID")
def wait(document_id: str) -> None:
    """Return when a document has ended; the exit code says how."""
    with exits.explained():
        code = tell(await_end(options.client(), document_id))
    sys.exit(code)


@click.command(epilog=exits.TABLE)
@click.argument("document_id", metavar="ID")
def text(document_id: str) -> None:
    """Print the text there is of a document, a form feed between pages."""
    with exits.explained():
        write_text(options.client().text(document_id))
