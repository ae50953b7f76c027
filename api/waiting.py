"""Wake requests that wait for a document to end: one LISTEN connection a process."""

from __future__ import annotations

import os
import select
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import UUID

import psycopg2
from sqlalchemy import Engine

from octavo.telemetry.logs import get_logger
from store.endings import CHANNEL

RECHECK_SECONDS = 1.0  # how long a lost notice can delay an answer
_LISTEN_SECONDS = 30.0
_RECONNECT_SECONDS = 1.0

_log = get_logger(__name__)


class Watch:
    """One request's eye on one document."""

    def __init__(self, endings: Endings, document_id: UUID) -> None:
        self._endings = endings
        self._document_id = document_id
        self._seen = 0

    def wait(self, seconds: float) -> None:
        """Return at a notice not seen before, at most after RECHECK_SECONDS."""
        self._seen = self._endings.heard(self._document_id, self._seen, seconds)


class Endings:
    """Notices of documents that ended; connected at the first watch, so after any fork."""

    def __init__(self, engine: Engine, most: int) -> None:
        """`most`: how many may watch at once; a watch takes a thread that others may need."""
        self._engine = engine
        self._places = threading.BoundedSemaphore(most)
        self._condition = threading.Condition()
        self._watched: Counter[UUID] = Counter()
        self._notices: Counter[UUID] = Counter()  # of watched documents only
        self._closed = threading.Event()
        self._listener: threading.Thread | None = None
        self._connection: Any = None
        self._wake: tuple[int, int] | None = None  # a pipe that ends the listener's select

    @contextmanager
    def watching(self, document_id: UUID) -> Iterator[Watch | None]:
        """Collect notices about a document from here on; None: too many watch already."""
        if not self._places.acquire(blocking=False):
            yield None
            return
        with self._condition:
            self._watched[document_id] += 1
            self._start()
        try:
            yield Watch(self, document_id)
        finally:
            with self._condition:
                self._watched[document_id] -= 1
                if not self._watched[document_id]:
                    del self._watched[document_id], self._notices[document_id]
            self._places.release()

    def heard(self, document_id: UUID, seen: int, seconds: float) -> int:
        """How many notices there were, as soon as they are not `seen`, or after a while."""
        with self._condition:
            self._condition.wait_for(
                lambda: self._notices[document_id] != seen or self._closed.is_set(),
                timeout=min(seconds, RECHECK_SECONDS),
            )
            return self._notices[document_id]

    def is_watched(self, document_id: UUID) -> bool:
        """Whether a request waits for this document."""
        with self._condition:
            return self._watched[document_id] > 0

    @property
    def is_listening(self) -> bool:
        """Whether notices are heard now."""
        return self._connection is not None

    def run_once(self, seconds: float) -> None:
        """Hear what comes within `seconds`, and wake those it concerns.

        Raises psycopg2.Error and OSError; ValueError when the connection was closed meanwhile.
        """
        if self._connection is None:
            self._connection = self._connect()
        woken = [self._wake[0]] if self._wake else []
        ready, _, _ = select.select([self._connection, *woken], [], [], seconds)
        if self._connection not in ready:
            return
        self._connection.poll()
        told = {notice.payload for notice in self._connection.notifies}
        self._connection.notifies.clear()
        with self._condition:
            self._notices.update(watched for watched in self._watched if str(watched) in told)
            self._condition.notify_all()

    def close(self) -> None:
        """Stop listening and let everybody go."""
        self._closed.set()
        with self._condition:
            self._condition.notify_all()
        if self._listener is not None and self._wake is not None:
            os.write(self._wake[1], b"x")
            self._listener.join(timeout=10)
            for end in self._wake:
                os.close(end)
            self._listener = self._wake = None
        self._disconnect()

    def _start(self) -> None:
        alive = self._listener is not None and self._listener.is_alive()
        if not alive and not self._closed.is_set():
            self._wake = self._wake or os.pipe()
            self._listener = threading.Thread(target=self._run, name="endings", daemon=True)
            self._listener.start()

    def _run(self) -> None:
        while not self._closed.is_set():
            try:
                self.run_once(_LISTEN_SECONDS)
            except Exception as error:  # noqa: BLE001 - whatever it was, others still wait
                why = f"{type(error).__name__}: {error}".strip()
                _log.warning("api.endings_not_heard", error=why)
                self._disconnect()
                self._closed.wait(_RECONNECT_SECONDS)

    def _connect(self) -> Any:
        _, dsn = self._engine.dialect.create_connect_args(self._engine.url)
        keepalive = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
        connection = psycopg2.connect(
            **{**dsn, **keepalive, "connect_timeout": 5, "application_name": "octavo-api-endings"}
        )
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
        return connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            with suppress(psycopg2.Error):
                self._connection.close()
            self._connection = None
