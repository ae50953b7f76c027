"""Follow a document to its end, and say how it ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import click

from octavo.cli import exits, progress
from octavo.cli.client import ENDED, LONGEST_WAIT, Client, Refused
from octavo.cli.exits import Failure

STILL_SECONDS = 30.0
_LOOK_SECONDS = 0.3


def follow(
    client: Client, document: dict[str, Any], meanwhile: Callable[[], object] = lambda: None
) -> dict[str, Any]:
    """The document once it has ended. `meanwhile` is called between two looks."""
    with progress.shown(document) as show:
        stillness = Stillness()
        while True:
            show(document)
            if document["state"] in ENDED:
                return document
            stillness.look(document)
            meanwhile()
            # Ends early when the document does, so a short wait costs no time at the end.
            asked = time.monotonic()
            document = _now(client, document["id"], _LOOK_SECONDS)
            _pause_until(asked + _LOOK_SECONDS, document)


def await_end(client: Client, document_id: str) -> dict[str, Any]:
    """The document once it has ended, without a bar."""
    stillness = Stillness()
    document = client.document(document_id)  # what later looks are compared with
    while document["state"] not in ENDED:
        stillness.look(document)
        asked = time.monotonic()
        document = _now(client, document_id, LONGEST_WAIT)
        _pause_until(asked + _LOOK_SECONDS, document)
    return document


class Stillness:
    """Says, once each time, that a document has not moved for a while."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: tuple[Any, ...] = ()
        self._since = 0.0
        self._said = False

    def look(self, document: dict[str, Any]) -> None:
        """Compare with what was seen before; a line on stderr when it is time for one."""
        seen = tuple(document[name] for name in ("state", "pages_done", "pages_failed"))
        now = self._clock()
        if seen != self._seen:
            self._seen, self._since, self._said = seen, now, False
        elif now - self._since >= STILL_SECONDS and not self._said:
            self._said = True
            click.echo(
                f"{document['id']}: nothing has moved for {STILL_SECONDS:.0f} s; {_why(document)}",
                err=True,
            )


def tell(document: dict[str, Any], name: str | None = None) -> int:
    """Say on stderr how it ended, what was read before, why pages lack text; the exit code.

    `name` begins each line, where lines of other documents stand beside them.
    """
    of = f"{name}: " if name else ""
    state = document["state"]
    done, failed = document["pages_done"], document["pages_failed"]
    if state != "completed":
        rest = max(failed, (document["page_count"] or 0) - done)
        ended = f"{_pages(done)} text, {rest} {_have(rest)} none"
        click.echo(of + (f"{state}: {ended}" if done + failed else state), err=True)
    if cached := (document["summary"] or {}).get("cached_pages"):
        click.echo(f"{of}{cached}/{document['page_count']} pages cached: read before", err=True)
    for reason in document["reasons"]:
        place = "file" if reason["page"] is None else f"page {reason['page']}"
        click.echo(f"{of}{place}: {reason['code']}: {reason['detail']}", err=True)
    return exits.OF_STATE[state]


def _now(client: Client, document_id: str, wait: float) -> dict[str, Any]:
    """A document that was there before; 404 says that somebody deleted it."""
    try:
        return client.document(document_id, wait=wait)
    except Refused as refused:
        if refused.status != HTTPStatus.NOT_FOUND:
            raise
        raise Failure(f"{document_id} was deleted meanwhile.", exits.CANCELLED) from refused


def _why(document: dict[str, Any]) -> str:
    if document["state"] == "awaiting_upload":
        return "its file is not uploaded, or the upload not confirmed (POST .../complete)"
    slow = "a hard page"
    if document["options"]["cleanup"] != "off":
        slow += " or a slow language model"
    return f"{slow}, or something is missing: octavo doctor says what"


def _pause_until(moment: float, document: dict[str, Any]) -> None:
    """A busy API answers at once instead of holding on; do not make it busier."""
    left = moment - time.monotonic()
    if left > 0 and document["state"] not in ENDED:
        time.sleep(left)


def _pages(number: int) -> str:
    return f"{number} {'page' if number == 1 else 'pages'} {_have(number)}"


def _have(number: int) -> str:
    return "has" if number == 1 else "have"
