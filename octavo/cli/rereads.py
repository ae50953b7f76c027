"""``octavo reocr``, ``versions`` and ``restore``: one page again, and back to a text it had."""

from __future__ import annotations

import sys
from typing import Any

import click

from octavo.cli import exits, options
from octavo.cli.following import await_end, tell
from octavo.cli.run import write_text
from octavo.cli.running import say

_page = click.argument("page", type=click.IntRange(min=1))


@click.command(epilog=exits.TABLE)
@options.document_id
@_page
@options.how_to_read_a_page
@click.option("--no-wait", is_flag=True, help="Return at once, before the page is read.")
def reocr(document_id: str, page: int, no_wait: bool, asked: dict[str, str]) -> None:
    """Read one page of a document again; print its new text.

    What is not named stays as the document has it. The text that the page had is kept: see octavo
    versions. When the page cannot be read so, it keeps its text, and the exit code is that of a
    partial document.
    """
    code = exits.OK
    client = options.client()
    wanted = client.reocr(document_id, page, asked)["version"]
    if not no_wait:
        code = tell(await_end(client, document_id))
        found = client.page(document_id, page)
        write_text(_text(found))
        if found["version"] != wanted:
            code = max(code, _unchanged(found))
    sys.exit(code)


@click.command(epilog=exits.TABLE)
@options.document_id
@_page
def versions(document_id: str, page: int) -> None:
    """Print a line a text of a page, newest first: version, *, confidence, engine, languages.

    The star marks the one that counts.
    """
    for each in options.client().versions(document_id, page):
        sure = "-" if each["confidence"] is None else f"{each['confidence']:.2f}"
        star = "*" if each["current"] else ""
        languages = "+".join(each["languages"])
        click.echo("\t".join([str(each["version"]), star, sure, each["engine"], languages]))


@click.command(epilog=exits.TABLE)
@options.document_id
@_page
@click.argument("version", type=click.IntRange(min=1))
def restore(document_id: str, page: int, version: int) -> None:
    """Make an older text of a page count again; print it."""
    client = options.client()
    write_text(_text(client.restore(document_id, page, version)))
    code = tell(await_end(client, document_id))
    sys.exit(code)


def _text(page: dict[str, Any]) -> str:
    both = page["text"] or {"raw": "", "clean": None}
    return str(both["raw"] if both["clean"] is None else both["clean"])


def _unchanged(page: dict[str, Any]) -> int:
    """Say why the page has the text it had; the exit code."""
    reason = page["reason"] or {"code": "cancelled", "detail": "Somebody cancelled the document."}
    say(f"page {page['number']} keeps its text: {reason['code']}: {reason['detail']}")
    return exits.OF_STATE["partial"]
