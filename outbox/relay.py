"""Carry committed events to the broker: at least once, in batches, beside other relays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from octavo.killpoints import killpoint
from octavo.settings import Settings
from octavo.telemetry import logs, metrics
from outbox.events import Event, UnknownEvent, parse
from outbox.listener import Listener
from store import outbox_rows
from store.database import Database
from store.models import OutboxRow

_log = logs.get_logger(__name__)
_LONGEST_PAUSE = 10.0


@dataclass(frozen=True, slots=True)
class Envelope:
    """An event with the outbox row it came from and the trace it continues."""

    row_id: int
    event: Event
    trace: Mapping[str, str]


class BrokerDown(Exception):
    """Nothing can be published now; the rows stay and are tried again, uncounted."""


class Publisher(Protocol):
    """Hands events to whoever subscribed."""

    def publish(self, envelopes: Sequence[Envelope]) -> Mapping[int, str]:
        """Send them all; what could not be sent comes back as {row id: error}.

        Raises BrokerDown when the broker cannot be reached. Some may have been sent by then:
        subscribers see them twice.
        """
        ...


class Relay:
    """One loop: take, publish, mark, wait for a ring or the poll."""

    def __init__(
        self, database: Database, publisher: Publisher, listener: Listener, settings: Settings
    ) -> None:
        self._database = database
        self._publisher = publisher
        self._listener = listener
        self._settings = settings
        self._stopping = False

    def stop(self) -> None:
        """Finish the batch in hand and return from `run`; takes no lock, so signals may call it."""
        self._stopping = True
        self._listener.wake()

    def run_once(self) -> int:
        """Publish one batch; how many rows were taken. Raises BrokerDown.

        The rows stay locked while they are published, so no other relay sends them too. When
        this process dies before the commit they are sent again by another.
        """
        with self._database.begin() as session:
            rows = outbox_rows.take(session, self._settings.outbox_batch)
            if not rows:
                return 0
            envelopes, errors = _open_rows(rows)
            errors |= self._publisher.publish(envelopes)
            killpoint("relay.published")
            failed = [row for row in rows if row.id in errors]
            outbox_rows.mark_published(session, [row for row in rows if row.id not in errors])
            outbox_rows.mark_failed(
                session, failed, errors, max_attempts=self._settings.outbox_max_attempts
            )
        for row in rows:
            outcome = "failed" if row.id in errors else "published"
            metrics.OUTBOX_EVENTS.labels(outcome=outcome).inc()
        for row_id, error in errors.items():
            _log.error("outbox.row_failed", row_id=row_id, error=error)
        return len(rows)

    def run(self) -> None:
        """Until `stop`: an outage of the database or the broker is waited out, longer each time."""
        pause = 0.0
        while not self._stopping:
            try:
                taken = self.run_once()
                pause = 0.0
                if taken == self._settings.outbox_batch:
                    continue
                self._listener.wait(self._settings.outbox_poll_seconds)
            except Exception as error:  # noqa: BLE001 whatever it was, the events stay and it goes on
                pause = min(_LONGEST_PAUSE, max(0.25, pause * 2))
                said = f"{type(error).__name__}: {error}"[:500]
                _log.warning("outbox.relay_waits", seconds=pause, error=said)
                self._listener.pause(pause)


def _open_rows(rows: Sequence[OutboxRow]) -> tuple[list[Envelope], dict[int, str]]:
    """Read each row by its contract; one that cannot be read never blocks the others."""
    envelopes: list[Envelope] = []
    errors: dict[int, str] = {}
    for row in rows:
        try:
            event = parse(row.topic, row.version, row.payload)
        except (UnknownEvent, ValueError) as error:
            errors[row.id] = str(error)
        else:
            envelopes.append(Envelope(row.id, event, row.trace))
    return envelopes, errors
