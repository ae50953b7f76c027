"""Wait for the doorbell: LISTEN on a connection of its own, checked by a heartbeat."""

from __future__ import annotations

import os
import select
import time
from typing import Any

import psycopg2
from sqlalchemy import Engine

from octavo.telemetry import logs
from outbox.doorbell import CHANNEL

_log = logs.get_logger(__name__)
_HEARTBEAT_SECONDS = 15.0


class Listener:
    """`wait` returns at the first ring, at `wake`, or when the time is over.

    It never raises for a lost connection: the poll goes on, and the next wait connects again.
    """

    def __init__(self, engine: Engine, *, heartbeat_seconds: float = _HEARTBEAT_SECONDS) -> None:
        _, dsn = engine.dialect.create_connect_args(engine.url)
        self._dsn = {
            **dsn,
            "application_name": "octavo-relay-listener",
            "connect_timeout": 5,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            # A blackholed server answers nothing; sends must not block for ever either.
            "tcp_user_timeout": 20_000,
        }
        self._heartbeat_seconds = heartbeat_seconds
        self._checked_at = 0.0
        self._connection: Any = None
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def wake(self) -> None:
        """End a wait from a signal handler or another thread."""
        os.write(self._wake_write, b"!")

    def wait(self, seconds: float) -> bool:
        """Whether a ring came (or may have come: a new connection counts as one)."""
        if self._connect():
            return True
        waited_for = [self._wake_read]
        if self._connection is not None:
            waited_for.append(self._connection.fileno())
        readable, _, _ = select.select(waited_for, [], [], seconds)
        if self._wake_read in readable:
            os.read(self._wake_read, 4096)
        return self._rang()

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> bool:
        """Whether a connection was made now: events may have come while there was none."""
        try:
            if self._connection is None:
                connection = psycopg2.connect(**self._dsn)
                connection.autocommit = True
                with connection.cursor() as cursor:
                    cursor.execute(f"LISTEN {CHANNEL}")
                self._connection = connection
                self._checked_at = time.monotonic()
                return True
            if time.monotonic() - self._checked_at > self._heartbeat_seconds:
                self._heartbeat()
        except psycopg2.Error as error:
            self._lost(error)
        return False

    def _heartbeat(self) -> None:
        """Ask the server whether it still counts us as a listener."""
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT pg_listening_channels()")
            channels = [row[0] for row in cursor.fetchall()]
        if CHANNEL not in channels:
            raise psycopg2.OperationalError("the server no longer counts this connection")
        self._checked_at = time.monotonic()

    def _rang(self) -> bool:
        if self._connection is None:
            return False
        try:
            self._connection.poll()
        except psycopg2.Error as error:
            self._lost(error)
            return False
        rang = bool(self._connection.notifies)
        self._connection.notifies.clear()
        return rang

    def _lost(self, error: psycopg2.Error) -> None:
        _log.warning("outbox.listener_lost", error=str(error).strip())
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
