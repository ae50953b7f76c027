"""The collector: remove what no document asks for any more, a transaction a bounded part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy.orm import Session

from octavo.telemetry import logs, metrics
from store import cache, idempotency, layout, orphans
from store.layout import Place
from store.objects import Stored
from tasks.context import Context

_log = logs.get_logger(__name__)
MOST_OBJECTS = 10_000  # seen by one run, so that no sweep waits long behind it
_BATCH = 500  # objects a query asks about
_MOST_KEYS = 10_000  # rows of one transaction
_SHOWN = 5  # of the keys that are not Octavo's, in the log


@dataclass(frozen=True, slots=True)
class Collected:
    """What one run saw."""

    seen: int  # objects
    removed: Counter[str]  # objects, by `store.layout.Part`
    unplaced: list[str]  # keys that are not Octavo's; they stay
    more_after: str | None  # where the next run goes on; None: the end was reached


@dataclass(slots=True)
class _Tally:
    removed: Counter[str] = field(default_factory=Counter)
    unplaced: list[str] = field(default_factory=list)


def run_once(held: Context, after: str = "", *, most: int) -> Collected:
    """Judge the next `most` objects after a key and remove the orphans among them.

    Two collectors at once are harmless. Raises ObjectStoreUnavailable and DBAPIError; what was
    removed until then is gone, and the next run begins again.
    """
    listing = held.objects.list(after=after)
    seen, last = 0, after
    tally = _Tally()
    while batch := list(islice(listing, min(_BATCH, most - seen))):
        seen += len(batch)
        last = batch[-1].key
        _collect(held, batch, tally)
    _say(tally)
    return Collected(seen, tally.removed, tally.unplaced, last if seen == most else None)


def forget_keys(held: Context) -> int:
    """Remove the idempotency keys whose time is over; how many."""
    return _forget(held, idempotency.forget, held.settings.idempotency_seconds)


def forget_cached(held: Context) -> int:
    """Take texts that are too old out of the index of those that may be taken; how many."""
    return _forget(held, cache.forget, held.settings.cache_seconds)


def _forget(held: Context, some: Callable[[Session, float, int], int], seconds: float) -> int:
    """All that is older than `seconds`, a transaction a part."""
    total = 0
    while True:
        with held.database.begin() as session:
            removed = some(session, seconds, _MOST_KEYS)
        total += removed
        if removed < _MOST_KEYS:
            return total


def _collect(held: Context, batch: list[Stored], tally: _Tally) -> None:
    with held.database.begin() as session:
        before = orphans.before(session, held.settings.orphan_seconds)
        old = [stored.key for stored in batch if stored.modified < before]
        placed = list(_placed(old, tally))
        owners = orphans.owners(session, {place.document_id for _, place in placed})
    for key, place in placed:
        if orphans.is_orphan(key, place, owners.get(place.document_id)):
            held.objects.delete(key)
            tally.removed[place.part] += 1
            metrics.REPAIRS.labels(kind="orphan_object").inc()
            _log.info("collect.removed", key=key)


def _placed(keys: list[str], tally: _Tally) -> Iterator[tuple[str, Place]]:
    for key in keys:
        place = layout.place_of(key)
        if place is None:
            tally.unplaced.append(key)
        else:
            yield key, place


def _say(tally: _Tally) -> None:
    if tally.removed:
        _log.warning("collect.repaired", **tally.removed)
    if tally.unplaced:
        _log.warning(
            "collect.unplaced",
            objects=len(tally.unplaced),
            such_as=tally.unplaced[:_SHOWN],
            why="no key of Octavo's; it stays",
        )
