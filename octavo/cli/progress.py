"""How far a document is, on stderr: a bar at a terminal, lines in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from tqdm import tqdm

_LINE_SECONDS = 5.0  # between two lines of one state


@contextmanager
def shown(document: dict[str, Any]) -> Iterator[Callable[[dict[str, Any]], None]]:
    """What to call with the document as it is now; it begins with `document`."""
    if not sys.stderr.isatty():
        yield Lines().show
        return
    tqdm.monitor_interval = 0  # its thread would have no work here
    with tqdm(
        total=document["page_count"] or 0,
        desc=document["state"],
        unit="page",
        file=sys.stderr,
        bar_format="{desc} {bar:24} {n_fmt}/{total_fmt} pages {elapsed}",
    ) as bar:
        yield lambda now: _draw(bar, now)


class Lines:
    """A whole line when something has changed, few of them while pages go by."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._state = self._line = ""
        self._printed = self._began

    def show(self, document: dict[str, Any]) -> None:
        """Print a line if it is time for one."""
        state, now = document["state"], self._clock()
        line = state
        if document["page_count"]:
            line += f" {_read(document)}/{document['page_count']} pages"
        due = state != self._state or now - self._printed >= _LINE_SECONDS
        if due and line != self._line:
            minutes, seconds = divmod(int(now - self._began), 60)
            click.echo(f"{line} {minutes:02}:{seconds:02}", err=True)
            self._state, self._line, self._printed = state, line, now


def _draw(bar: tqdm[Any], document: dict[str, Any]) -> None:
    bar.total = document["page_count"] or 0
    bar.set_description_str(document["state"], refresh=False)
    bar.update(_read(document) - bar.n)


def _read(document: dict[str, Any]) -> int:
    return int(document["pages_done"] + document["pages_failed"])
