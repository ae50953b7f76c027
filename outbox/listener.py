"""Wait for the doorbell: LISTEN on a connection of its own, checked by a heartbeat."""

from __future__ import annotations

import os
import select
import time
from enum import Enum, auto
from typing import Any

import psycopg2
from psycopg2.extensions import POLL_OK, POLL_WRITE
from sqlalchemy import Engine

from octavo.telemetry import logs
from outbox.doorbell import CHANNEL
from store.database import LIVENESS

_log = logs.get_logger(__name__)
_HEARTBEAT_SECONDS = 15.0
_ANSWER_SECONDS = 5.0
_PAUSE_SECONDS = 1.0  # between two attempts to connect


class _Phase(Enum):
    CONNECTING = auto()
    SUBSCRIBING = auto()
    LISTENING = auto()
    ASKED = auto()  # whether it is still counted as a listener


class Listener:
    """`wait` returns at the first ring, at `wake`, or when the time is over.

    It never raises for a lost connection, and never waits longer for one that has fallen silent:
    the connection is asynchronous, so while a server does not answer the poll goes on.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        heartbeat_seconds: float = _HEARTBEAT_SECONDS,
        answer_seconds: float = _ANSWER_SECONDS,
    ) -> None:
        _, dsn = engine.dialect.create_connect_args(engine.url)
        self._dsn = {
            **dsn,
            **LIVENESS,
            "application_name": "octavo-relay-listener",
        }
        self._heartbeat_seconds = heartbeat_seconds
        self._answer_seconds = answer_seconds
        self._connection: Any = None
        self._cursor: Any = None
        self._phase = _Phase.CONNECTING
        self._since = float("-inf")  # when this phase began, or the last connection was lost
        self._io = POLL_OK  # what the connection waits for
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def wake(self) -> None:
        """End a wait from a signal handler or another thread."""
        os.write(self._wake_write, b"!")

    def wait(self, seconds: float) -> bool:
        """Whether a ring came (or may have come: a new connection counts as one)."""
        deadline = time.monotonic() + seconds
        while not self._advance():
            left = deadline - time.monotonic()
            if left <= 0 or self._woken(min(left, _PAUSE_SECONDS)):
                return False
        return True

    def pause(self, seconds: float) -> None:
        """Wait without listening; `wake` ends it."""
        readable, _, _ = select.select([self._wake_read], [], [], seconds)
        if readable:
            os.read(self._wake_read, 4096)

    def close(self) -> None:
        """Give the connection and the pipe back; it cannot be used again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _woken(self, seconds: float) -> bool:
        """Wait until the connection can go on; whether `wake` ended that."""
        ends = [] if self._connection is None else [self._connection.fileno()]
        writing = ends if self._io == POLL_WRITE else []
        reading = [] if writing else ends
        readable, _, _ = select.select([self._wake_read, *reading], writing, [], seconds)
        if self._wake_read not in readable:
            return False
        os.read(self._wake_read, 4096)
        return True

    def _advance(self) -> bool:
        """Go on as far as it goes without waiting; whether a ring came or may have come."""
        try:
            if not self._connected():
                return False
            while self._ready():
                if self._phase is _Phase.LISTENING:
                    return self._rang()
                if self._answered():
                    return True
            if time.monotonic() - self._since > self._answer_seconds:
                raise psycopg2.OperationalError("the server does not answer")
        except psycopg2.Error as error:
            self._lost(error)
        return False

    def _ready(self) -> bool:
        """Whether the connection waits for nothing; raises what has become of it."""
        self._io = self._connection.poll()
        return bool(self._io == POLL_OK)

    def _connected(self) -> bool:
        """Begin what is due: a connection, a heartbeat. Whether there is a connection."""
        passed = time.monotonic() - self._since
        if self._connection is None:
            if passed < _PAUSE_SECONDS:
                return False
            self._enter(_Phase.CONNECTING)
            self._connection = psycopg2.connect(**self._dsn, async_=True)
        elif self._phase is _Phase.LISTENING and passed > self._heartbeat_seconds:
            self._ask("SELECT pg_listening_channels()", _Phase.ASKED)
        return True

    def _answered(self) -> bool:
        """Take the answer of a phase, begin the next; whether it listens from now on."""
        if self._phase is _Phase.CONNECTING:
            self._cursor = self._connection.cursor()
            self._ask(f"LISTEN {CHANNEL}", _Phase.SUBSCRIBING)
            return False
        subscribed = self._phase is _Phase.SUBSCRIBING
        if not subscribed and CHANNEL not in [row[0] for row in self._cursor.fetchall()]:
            raise psycopg2.OperationalError("the server no longer counts this connection")
        self._enter(_Phase.LISTENING)
        return subscribed

    def _ask(self, query: str, phase: _Phase) -> None:
        self._cursor.execute(query)
        self._enter(phase)

    def _enter(self, phase: _Phase) -> None:
        self._phase = phase
        self._since = time.monotonic()

    def _rang(self) -> bool:
        rang = bool(self._connection.notifies)
        self._connection.notifies.clear()
        return rang

    def _lost(self, error: psycopg2.Error) -> None:
        _log.warning("outbox.listener_lost", error=str(error).strip())
        self._since = time.monotonic()
        self._io = POLL_OK
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
