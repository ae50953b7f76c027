"""A running Octavo for one command: the one that runs here already, or one of its own."""

from __future__ import annotations

import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import click

from octavo.cli import exits
from octavo.cli.client import Client, Refused, Unreachable
from octavo.local.errors import Busy, NotStarted
from octavo.local.services import end_of_log
from octavo.local.session import Address, Session, read_address
from octavo.local.stack import Stack

_BUSY_SECONDS = 60.0
_POLL_SECONDS = 0.2
_MOST_DEATHS = 4  # of one process, before a command gives up on it


def local_key(environment: dict[str, str]) -> str:
    """A new key in the database that the environment names, which is migrated if need be."""
    # Here, because only a first start needs the database libraries.
    from pydantic import SecretStr

    from octavo.settings import Settings
    from store import keys, migrate
    from store.database import Database, open_engine

    url = environment["OCTAVO_DATABASE_URL"]
    engine = open_engine(
        Settings(database_url=SecretStr(url)), application="octavo-cli", pool_size=1
    )
    database = Database(engine)
    migrate.upgrade(engine)
    with database.begin() as session:
        key = keys.create(session, name="local", scopes=sorted(keys.SCOPES))
    database.close()
    return key


def say(line: str) -> None:
    """A line for the person, on stderr."""
    click.echo(line, err=True)


@dataclass(frozen=True, slots=True)
class Found:
    """An Octavo to use."""

    client: Client
    meanwhile: Callable[[], object]  # to be called now and then while it is used
    stays: bool  # it runs on when the command has ended


@contextmanager
def octavo(root: Path) -> Iterator[Found]:
    """The one that runs under `root`, or one of this command's own, stopped on leaving."""
    with stopped_by_signals(), ExitStack() as leaving:
        yield _found(root, leaving)


def _found(root: Path, leaving: ExitStack) -> Found:
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        # Its one document has ended by then, so there is nothing to wait for.
        stack = Stack(root, hurry=True, say=say)
        try:
            leaving.enter_context(stack)
        except Busy:
            if (client := _running(root)) is not None:
                return Found(client, lambda: None, stays=True)
            if time.monotonic() > deadline:
                raise
            time.sleep(_POLL_SECONDS)
        else:
            return _start(stack, root)


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """SIGTERM and a closed terminal end the command like Ctrl-C does: everything is stopped."""
    handlers: dict[signal.Signals, Callable[..., object]] = {
        # Also where a shell started the command in the background, deaf to it.
        signal.SIGINT: exits.interrupt,
        signal.SIGTERM: _leave,
    }
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup asks to outlive the terminal
        handlers[signal.SIGHUP] = _leave
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(*_: object) -> NoReturn:
    sys.exit(exits.TERMINATED)


def _start(stack: Stack, root: Path) -> Found:
    session = Session(stack, root, local_key)
    session.start_first()
    session.wait_api(ready=False)
    session.start_next()
    session.wait_api(ready=True)
    address = published(session)
    client = Client(address.url, address.api_key)
    waiting = [session.start_last]
    supervisor = stack.supervisor
    deaths: Counter[str] = Counter()

    def look_after() -> None:
        """Start the rest once the document is on its way, and restart what dies."""
        if waiting:
            waiting.pop()()
        deaths.update(supervisor.run_once())
        for name, times in deaths.items():
            if times >= _MOST_DEATHS:
                raise NotStarted(f"{name} keeps ending. {end_of_log(supervisor, name)}")

    return Found(client, look_after, stays=False)


def published(session: Session) -> Address:
    """The address of a session whose API answers, with a key that its database knows."""
    address = session.publish()
    if _known(Client(address.url, address.api_key)):
        return address
    return session.renew_key()


def _running(root: Path) -> Client | None:
    address = read_address(root)
    if address is None:
        return None
    client = Client(address.url, address.api_key)
    try:
        return client if _known(client) else None
    except Unreachable:
        return None


def _known(client: Client) -> bool:
    """Whether the API knows the client's key."""
    try:
        client.document("00000000-0000-0000-0000-000000000000")
    except Refused as refused:
        return refused.status == 404
    return True
