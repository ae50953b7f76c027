"""``octavo up``: the whole stack in the foreground, until Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click
from pydantic import SecretStr

from octavo.cli import options
from octavo.cli.running import local_key, published, say, stopped_by_signals
from octavo.local.errors import NotStarted
from octavo.local.session import API_PORT, FLOWER_PORT, LOCAL_ENV, Address, Session
from octavo.local.stack import Stack
from octavo.local.watch import Watch
from octavo.settings import Settings

_ROUND_SECONDS = 0.25
_PATIENCE_SECONDS = 20.0  # for a stack that is just stopping
CODE = ("api", "llm", "octavo", "outbox", "pipelines", "store", "tasks", "migrations")


@click.command()
@click.option("--reload", is_flag=True, help="Start the Python processes anew when code changes.")
def up(reload: bool) -> None:
    """Run everything here: servers, API, relay, workers, Flower. Ctrl-C stops all of it."""
    with (
        stopped_by_signals(),
        Stack(options.ROOT, patience=_PATIENCE_SECONDS, say=say) as stack,
    ):
        began = time.monotonic()
        try:
            session = Session(stack, options.ROOT, local_key)
            announce(_start(session), time.monotonic() - began)
            _keep(stack, session, reload)
        except KeyboardInterrupt:
            say("\nstopping; data stays in .octavo")


def _start(session: Session) -> Address:
    say("starting PostgreSQL, Valkey, SeaweedFS and Octavo ...")
    session.start_first()
    session.start_next()
    session.start_last()
    session.start_flower()
    session.wait_api(ready=True)
    return published(session)


def announce(address: Address, seconds: float) -> None:
    """Say where everything is, once it is."""
    say(
        f"Octavo is up ({seconds:.1f} s).\n"
        f"  API      {address.url}{_taken(address.url, API_PORT)}"
        f"   documentation at {address.url}/docs\n"
        f"  Flower   {address.flower_url}{_taken(address.flower_url, FLOWER_PORT)}\n"
        f"  Key      in {options.ROOT / LOCAL_ENV}\n"
        f"  Logs     {options.ROOT / 'logs'}\n"
        "Ctrl-C stops it."
    )


def _taken(url: str | None, port: int) -> str:
    """That the address is not the usual one, and why."""
    return "" if url is None or url.endswith(f":{port}") else f" ({port} is taken)"


def _keep(stack: Stack, session: Session, reload: bool) -> None:
    where = SecretStr(stack.environment["OCTAVO_DATABASE_URL"])
    watch = Watch(stack.supervisor, Settings(database_url=where), say)
    for changed in _changes() if reload else _rounds():
        if changed:
            say(f"changed: {', '.join(sorted(changed))}; starting again")
            _start_anew(session, affected(changed, stack.processes()))
        stack.supervisor.run_once()
        watch.run_now_and_then()


def _start_anew(session: Session, names: list[str]) -> None:
    began = time.monotonic()
    try:
        session.restart(names)
    except NotStarted as error:
        say(str(error))
    else:
        say(f"started in {time.monotonic() - began:.1f} s")


def affected(changed: Iterable[str], processes: Sequence[str]) -> list[str]:
    """Which processes run the code that changed: `changed` are paths below the checkout.

    Flower runs none of it, and beat nothing but its schedule.
    """
    rooms = {Path(path).parts[0] for path in changed}
    if rooms <= {"api"}:
        return [name for name in processes if name == "api"]
    idle = {"flower"}
    if not rooms & {"tasks", "octavo"}:
        idle.add("beat")
    if rooms <= {"tasks"}:
        idle.add("api")
    return [name for name in processes if name not in idle]


def _rounds() -> Iterator[set[str]]:
    while True:
        time.sleep(_ROUND_SECONDS)
        yield set()


def _changes() -> Iterator[set[str]]:
    """Names of changed files, as they change; an empty set now and then."""
    from watchfiles import PythonFilter, watch

    here = Path.cwd()
    watched = [here / name for name in CODE if (here / name).is_dir()]
    timeout = int(1000 * _ROUND_SECONDS)
    for changes in watch(
        *watched,
        watch_filter=PythonFilter(),
        debounce=200,
        step=50,
        rust_timeout=timeout,
        yield_on_timeout=True,
        raise_interrupt=True,
    ):
        yield {str(Path(path).relative_to(here)) for _, path in changes}
