"""Remove events that were published long ago: the cron job behind `python -m outbox clean`."""

from __future__ import annotations

import re
from datetime import timedelta

from store import outbox_rows, partitions
from store.database import Database

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_BATCH = 10_000


def parse_age(text: str) -> timedelta:
    """``7d``, ``12h``, ``30m``. Raises ValueError saying what is understood."""
    match = re.fullmatch(r"(\d{1,6})([smhdw])", text)
    if match is None:
        raise ValueError(f"{text!r} is no age: write a number and s, m, h, d or w, such as 7d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def clean(database: Database, older_than: timedelta) -> int:
    """Remove published events older than that: whole days by dropping them, the rest in batches.

    How many. Never touches an unpublished or dead one. Running it twice, or twice at once, is
    harmless.
    """
    total = partitions.drop(database, older_than)
    while True:
        with database.begin() as session:
            removed = outbox_rows.remove_published(session, older_than, _BATCH)
        total += removed
        if removed < _BATCH:
            return total
