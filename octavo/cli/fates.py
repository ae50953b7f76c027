"""``octavo cancel``, ``retry`` and ``delete``: what becomes of a document from here on."""

from __future__ import annotations

import sys

import click

from octavo.cli import exits, options
from octavo.cli.following import await_end, tell


@click.command(epilog=exits.TABLE)
@options.document_id
def cancel(document_id: str) -> None:
    """Stop a document; pages that are done keep their text, and octavo retry reads the others."""
    options.client().cancel(document_id)


@click.command(epilog=exits.TABLE)
@options.document_id
@click.option("--no-wait", is_flag=True, help="Return at once, before the pages are read.")
def retry(document_id: str, no_wait: bool) -> None:
    """Read the pages again that have no text; return when the document has ended."""
    code = exits.OK
    client = options.client()
    client.retry(document_id)
    if not no_wait:
        code = tell(await_end(client, document_id))
    sys.exit(code)


@click.command(epilog=exits.TABLE)
@options.document_id
def delete(document_id: str) -> None:
    """Delete a document for good, its file and its text, whatever state it is in."""
    options.client().delete(document_id)
