"""Wake the relays after a commit: NOTIFY on a connection of its own, many rings made one.

A NOTIFY inside the transaction takes a lock over the whole database at commit and serialises
commits (measured: 6,000 a second become 600 at 64 clients), so it is sent afterwards. A lost
ring costs one poll of the relay, never an event.
"""

from __future__ import annotations

import os
import threading
import time
from typing import Any
from weakref import WeakKeyDictionary

import psycopg2
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from octavo.killpoints import killpoint
from octavo.telemetry import logs
from store.database import LIVENESS

CHANNEL = "octavo_outbox"

# Between two rings, so that a burst of commits pays for few; the first of a burst waits for none.
DEBOUNCE_SECONDS = 0.004

_WANTED = "octavo.ring"  # in a session's info

_log = logs.get_logger(__name__)


class Doorbell:
    """One thread and one connection a process; `ring` returns at once."""

    def __init__(self, dsn: dict[str, Any]) -> None:
        self._dsn = dsn
        self._wanted = threading.Event()
        self._connection: Any = None
        threading.Thread(target=self._run, name="outbox-doorbell", daemon=True).start()

    def ring(self) -> None:
        """Ask for a NOTIFY soon; rings that come while one is sent become one."""
        self._wanted.set()

    def run_once(self) -> None:
        """Send one NOTIFY for every ring so far."""
        self._wanted.clear()
        try:
            if self._connection is None:
                self._connection = psycopg2.connect(**self._dsn)
                self._connection.autocommit = True
            with self._connection.cursor() as cursor:
                cursor.execute(f"NOTIFY {CHANNEL}")
        except psycopg2.Error as error:
            self._connection = None
            _log.warning("outbox.doorbell_failed", error=str(error).strip())

    def _run(self) -> None:
        while self._wanted.wait():
            self.run_once()
            time.sleep(DEBOUNCE_SECONDS)


_bells: WeakKeyDictionary[Engine, tuple[int, Doorbell]] = WeakKeyDictionary()
_bells_lock = threading.Lock()


def ring_after_commit(session: Session) -> None:
    """Ring once `session`'s transaction has committed; not at all when it rolls back."""
    session.info[_WANTED] = True


def _after_commit(session: Session) -> None:
    if session.info.pop(_WANTED, False):
        killpoint("outbox.committed")
        _bell_of(session.get_bind().engine).ring()


# Once for all sessions: a listener for each commit costs as much as a tenth of the commit.
event.listen(Session, "after_commit", _after_commit)


def _bell_of(engine: Engine) -> Doorbell:
    """The bell of this process: threads and connections do not cross a fork."""
    process, bell = _bells.get(engine, (0, None))
    if bell is not None and process == os.getpid():
        return bell
    with _bells_lock:
        process, bell = _bells.get(engine, (0, None))
        if bell is None or process != os.getpid():
            _, dsn = engine.dialect.create_connect_args(engine.url)
            bell = Doorbell({**dsn, **LIVENESS, "application_name": "octavo-doorbell"})
            _bells[engine] = (os.getpid(), bell)
        return bell
