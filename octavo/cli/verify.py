"""``octavo verify``: whether every promise of docs/reliability.md holds in the live system."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click
import redis

from octavo.cli import exits
from octavo.cli.exits import Failure
from octavo.cli.places import database, found_settings
from octavo.settings import Settings
from store import verify as invariants
from store import verify_objects
from store.database import Database
from store.objects import ObjectError, open_objects
from store.verify import Bounds, Violation
from tasks import canary, leftovers
from tasks.canary import Pulse

_HOLDS = "every promise holds"


@click.command(
    epilog="Exit codes: 0 every promise holds, 1 one is broken, 69 a server is not there."
)
@click.option(
    "--within",
    default=3600.0,
    show_default=True,
    help="Seconds in which a document ends and an event is published.",
)
@click.option("--at-rest", is_flag=True, help="Nothing may be open any more.")
@click.option("--objects", is_flag=True, help="Look into the object store too.")
@click.option("--broker", is_flag=True, help="Look into the broker too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(within: float, at_rest: bool, objects: bool, broker: bool, as_json: bool) -> None:
    """Print what breaks the promises A to G, with the ids; reads only, while everything runs.

    \b
    A  every accepted document reaches one end in time
    B  exactly one ending is told of each generation of a document
    C  each page is there exactly once, in order, and counted right
    D  nothing is written by a worker whose claim is over
    E  no step is tried more often than it may be
    F  no accepted document is without its objects, no object without its document
    G  the outbox drains, and nothing is left over in the broker
    """
    chosen = found_settings()
    bounds = Bounds(within, chosen.max_attempts, chosen.outbox_max_attempts)
    with database() as held:
        found = invariants.run(held.engine, bounds, at_rest=at_rest)
        found += _silent(held, chosen)
        if objects:
            age = chosen.orphan_seconds + (0 if at_rest else 2 * chosen.collect_seconds)
            try:
                found += verify_objects.run(held, open_objects(chosen), orphan_seconds=age)
            except ObjectError as error:
                raise Failure(f"{error} {error.advice}", exits.UNAVAILABLE) from error
    if broker:
        found += _of_broker(chosen, at_rest)
    found.sort(key=lambda violation: violation.invariant)
    click.echo(json.dumps([asdict(each) for each in found], indent=2) if as_json else _table(found))
    sys.exit(exits.ERROR if found else exits.OK)


def _silent(held: Database, chosen: Settings) -> list[Violation]:
    """Queues whose documents would wait for ever."""
    with held.begin() as session:
        queues = canary.pulses(session, chosen)
    silent = tuple(each.name for each in queues if each.pulse is Pulse.SILENT)
    words = "is a queue that nobody consumes: start a worker for it"
    return [Violation("A", words, silent)] if silent else []


def _of_broker(chosen: Settings, at_rest: bool) -> list[Violation]:
    try:
        return leftovers.run(chosen, at_rest=at_rest)
    except redis.RedisError as error:
        raise Failure(f"The broker does not answer: {error}", exits.UNAVAILABLE) from error


def _table(found: list[Violation]) -> str:
    lines = [
        f"{violation.invariant}  {each}  {violation.words}"
        for violation in found
        for each in (*violation.ids, *(["and others"] if violation.more else []))
    ]
    return "\n".join(lines) or _HOLDS
