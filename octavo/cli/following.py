"""Follow a document to its end with a progress bar, and say how it ended."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import click
from tqdm import tqdm

from octavo.cli import exits
from octavo.cli.client import ENDED, LONGEST_WAIT, Client

_LOOK_SECONDS = 0.3


def follow(
    client: Client, document: dict[str, Any], meanwhile: Callable[[], object] = lambda: None
) -> dict[str, Any]:
    """The document once it has ended. `meanwhile` is called between two looks."""
    tqdm.monitor_interval = 0  # its thread would have no work here
    with tqdm(
        total=document["page_count"] or 0,
        unit="page",
        file=sys.stderr,
        bar_format="{desc} {bar:24} {n_fmt}/{total_fmt} pages {elapsed}",
        mininterval=0.1 if sys.stderr.isatty() else 5,
    ) as bar:
        while True:
            _show(bar, document)
            if document["state"] in ENDED:
                return document
            meanwhile()
            # Ends early when the document does, so a short wait costs no time at the end.
            asked = time.monotonic()
            document = client.document(document["id"], wait=_LOOK_SECONDS)
            _pause_until(asked + _LOOK_SECONDS, document)


def await_end(client: Client, document_id: str) -> dict[str, Any]:
    """The document once it has ended, without a bar."""
    while True:
        asked = time.monotonic()
        document = client.document(document_id, wait=LONGEST_WAIT)
        if document["state"] in ENDED:
            return document
        _pause_until(asked + _LOOK_SECONDS, document)


def tell(document: dict[str, Any]) -> int:
    """Say on stderr how it ended, each page without text with its reason; the exit code."""
    state = document["state"]
    done, failed = document["pages_done"], document["pages_failed"]
    if state != "completed":
        click.echo(f"{state}: {done} pages have text, {failed} have none", err=True)
    for reason in document["reasons"]:
        place = "file" if reason["page"] is None else f"page {reason['page']}"
        click.echo(f"{place}: {reason['code']}: {reason['detail']}", err=True)
    return exits.OF_STATE[state]


def _show(bar: tqdm[Any], document: dict[str, Any]) -> None:
    bar.total = document["page_count"] or 0
    bar.set_description_str(document["state"], refresh=False)
    bar.update(document["pages_done"] + document["pages_failed"] - bar.n)


def _pause_until(moment: float, document: dict[str, Any]) -> None:
    """A busy API answers at once instead of holding on; do not make it busier."""
    left = moment - time.monotonic()
    if left > 0 and document["state"] not in ENDED:
        time.sleep(left)
