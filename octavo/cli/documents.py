"""``octavo submit``, ``wait``, ``text`` and ``list``: speak to an Octavo that runs somewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from octavo.cli import exits, options
from octavo.cli.client import Client, Refused
from octavo.cli.exits import Failure
from octavo.cli.following import await_end, tell
from octavo.cli.run import write_text
from octavo.cli.running import say
from pipelines.outputs.formats import NAMES
from pipelines.outputs.values import Choice
from store.states import DocumentState

# Of these the next file may still fare better.
_OF_ONE_FILE = (exits.REFUSED, exits.NO_INPUT, exits.CANCELLED)
_STATES = [str(state) for state in DocumentState if state is not DocumentState.DELETED]


@click.command(epilog=exits.TABLE)
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@options.how_to_read
@click.option("--wait", "waiting", is_flag=True, help="Return when every document has ended.")
def submit(files: tuple[Path, ...], waiting: bool, asked: dict[str, str]) -> None:
    """Send files to be read; prints a line each: the document's id, a tab, the file.

    A file that cannot be read or is refused is named on stderr, and the others are sent. The exit
    code is the highest that any of the files earned.
    """
    client = options.client()
    sent, codes = [], [exits.OK]
    for path in files:
        with _noted(codes):
            document = _sent(client, path, asked)
            click.echo(f"{document}\t{path}")
            sent.append((document, path))
    for document, path in sent if waiting else []:
        with _noted(codes):
            ended = await_end(client, document)
            codes.append(tell(ended, str(path) if len(files) > 1 else None))
    sys.exit(max(codes))


@click.command(epilog=exits.TABLE)
@options.document_id
def wait(document_id: str) -> None:
    """Return when a document has ended; the exit code says how."""
    code = tell(await_end(options.client(), document_id))
    sys.exit(code)


@click.command(epilog=exits.TABLE)
@options.document_id
def text(document_id: str) -> None:
    """Print the text there is of a document, a form feed between pages.

    The exit code says how it ended; 0 as well while it runs, which is said on stderr.
    """
    code = exits.OK
    client = options.client()
    found = client.text_so_far(document_id)
    write_text(found.text)
    if found.state in exits.OF_STATE:
        code = tell(client.document(document_id))
    else:
        say(f"{found.state}: {_so_far(found.state)}; octavo wait {document_id}")
    sys.exit(code)


@click.command(epilog=exits.TABLE)
@options.document_id
@click.option("--format", "suffix", default="txt", show_default=True, type=click.Choice(NAMES))
@click.option(
    "--text",
    "which",
    type=click.Choice([str(choice) for choice in Choice]),
    help="Of txt and md: as it was read, or cleaned, which is the default.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="File to write; -: stdout, as without."
)
def result(document_id: str, suffix: str, which: str | None, out: Path | None) -> None:
    """Write a document's result in one format to stdout, or to a file."""
    made = options.client().result(document_id, suffix, which)
    if out is None or out == Path("-"):
        sys.stdout.buffer.write(made)
        sys.stdout.flush()
        return
    try:
        out.write_bytes(made)
    except OSError as error:
        raise Failure(f"{out} cannot be written: {error.strerror}.", exits.NO_OUTPUT) from error


@click.command("list", epilog=exits.TABLE)
@click.option(
    "--state",
    type=click.Choice(_STATES),
    help="Only documents in this state.",
)
@click.option(
    "--limit",
    default=50,
    show_default=True,
    type=click.IntRange(min=1),
    help="Lines at most.",
)
def listing(state: str | None, limit: int) -> None:
    """Print a line a document, newest first: id, state, pages read/all, file name."""
    for document in options.client().documents(limit, state):
        read = document["pages_done"] + document["pages_failed"]
        pages = f"{read}/{document['page_count'] or '?'}"
        click.echo("\t".join([document["id"], document["state"], pages, document["filename"]]))


def _so_far(state: str) -> str:
    if state == DocumentState.AWAITING_UPLOAD:
        return "no text before its file is uploaded and confirmed"
    return "so far the text of the pages read"


@contextmanager
def _noted(codes: list[int]) -> Iterator[None]:
    """What concerns one file is shown and its code kept; of all else, no file would fare better."""
    try:
        yield
    except Failure as failure:
        if failure.exit_code not in _OF_ONE_FILE:
            raise
        failure.show()
        codes.append(failure.exit_code)


def _sent(client: Client, path: Path, asked: dict[str, str]) -> str:
    """Id of the new document. Raises Failure, which names the file."""
    try:
        return str(client.submit(options.existing(path), asked)["id"])
    except Refused as refused:
        raise Failure(f"{path}: {refused.message}", refused.exit_code) from refused
