"""What is committed is published; what is not, is not; what cannot be, never blocks the rest."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, text

from octavo.settings import Settings
from outbox.events import DocumentUploaded
from outbox.listener import Listener
from outbox.record import record
from outbox.relay import BrokerDown, Envelope, Relay
from store import outbox_rows, uploads
from store.database import Database
from store.models import OutboxRow


class Inbox:
    """A publisher that keeps what it is given, or fails as it is told."""

    def __init__(self) -> None:
        self.got: list[Envelope] = []
        self.errors: dict[int, str] = {}
        self.down = False
        self.arrived = threading.Condition()

    def publish(self, envelopes: Sequence[Envelope]) -> Mapping[int, str]:
        if self.down:
            raise BrokerDown("down")
        with self.arrived:
            self.got += [one for one in envelopes if one.row_id not in self.errors]
            self.arrived.notify_all()
        return {k: v for k, v in self.errors.items() if k in {one.row_id for one in envelopes}}

    def wait_for(self, count: int, seconds: float = 10) -> None:
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.got) >= count, seconds)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def relay(database: Database, inbox: Inbox) -> Iterator[Relay]:
    listener = Listener(database.engine)
    yield Relay(database, inbox, listener, Settings(outbox_batch=10, outbox_max_attempts=2))
    listener.close()


@pytest.fixture
def running(relay: Relay) -> Iterator[Relay]:
    thread = threading.Thread(target=relay.run)
    thread.start()
    yield relay
    relay.stop()
    thread.join(10)
    assert not thread.is_alive()


def test_a_committed_event_is_published_once(way: Any, relay: Relay, inbox: Inbox) -> None:
    document_id = way.accepted()
    assert relay.run_once() == 1
    assert relay.run_once() == 0
    [envelope] = inbox.got
    assert envelope.event == DocumentUploaded(
        document_id=document_id, tenant="default", generation=1
    )


def test_a_change_that_rolls_back_tells_nothing(way: Any, relay: Relay) -> None:
    with pytest.raises(ZeroDivisionError), way.database.begin() as session:
        record(session, uploads.accept(session, way.upload(), lease_seconds=1), {})
        raise ZeroDivisionError
    assert relay.run_once() == 0


def test_relays_side_by_side_send_each_event_once(
    way: Any, database: Database, inbox: Inbox
) -> None:
    for _ in range(60):
        way.accepted()
    listener = Listener(database.engine)
    relays = [Relay(database, inbox, listener, Settings(outbox_batch=5)) for _ in range(3)]

    def drain(relay: Relay) -> int:
        total = 0
        while taken := relay.run_once():
            total += taken
        return total

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(drain, relays)) == 60
    assert len({one.row_id for one in inbox.got}) == len(inbox.got) == 60
    listener.close()


def test_a_broker_that_is_down_costs_no_attempt(
    way: Any, relay: Relay, inbox: Inbox, database: Database
) -> None:
    way.accepted()
    inbox.down = True
    with pytest.raises(BrokerDown):
        relay.run_once()
    with database.begin() as session:
        row = session.scalars(select(OutboxRow)).one()
        assert (row.attempts, row.published_at) == (0, None)
    inbox.down = False
    assert relay.run_once() == 1


def test_a_poison_row_is_tried_again_later_and_given_up(
    way: Any, relay: Relay, inbox: Inbox, database: Database
) -> None:
    way.accepted()
    way.accepted()
    with database.begin() as session:
        poison = session.scalars(select(OutboxRow.id).order_by(OutboxRow.id)).first()
        assert poison is not None
    inbox.errors[poison] = "cannot be said"
    assert relay.run_once() == 2
    assert len(inbox.got) == 1
    assert relay.run_once() == 0, "it waits before its second attempt"
    with database.begin() as session:
        session.execute(text("UPDATE outbox SET next_attempt_at = now()"))
    assert relay.run_once() == 1
    with database.begin() as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.id == poison)).one()
        assert row.dead_at is not None
        assert row.last_error == "cannot be said"
        assert outbox_rows.backlog(session) == outbox_rows.Backlog(0, 1, 0.0)
        assert outbox_rows.revive(session, None) == 1
    inbox.errors.clear()
    assert relay.run_once() == 1
    assert len(inbox.got) == 2


def test_a_ring_after_commit_is_heard(way: Any, running: Relay, inbox: Inbox) -> None:
    del running
    way.accepted()
    inbox.wait_for(1)
    for _ in range(5):
        way.accepted()
    inbox.wait_for(6)


def test_the_poll_finds_what_no_ring_told(
    way: Any, running: Relay, inbox: Inbox, database: Database
) -> None:
    del running
    with database.begin() as session:
        session.execute(
            text(
                "INSERT INTO outbox (topic, version, key, payload, trace, attempts)"
                " VALUES ('document.failed', 1, 'by hand', :payload, '{}', 0)"
            ),
            {
                "payload": '{"document_id": "5c1b9f0e-6a0b-4a5e-9a0e-111111111111",'
                ' "tenant": "t", "generation": 1}'
            },
        )
    inbox.wait_for(1)


def test_a_listener_whose_connection_was_cut_connects_again(
    way: Any, running: Relay, inbox: Inbox, database: Database
) -> None:
    del running
    way.accepted()
    inbox.wait_for(1)
    deadline = time.monotonic() + 10
    while not _cut_listeners(database):  # the first event needs no listener, and may be before it
        assert time.monotonic() < deadline
        time.sleep(0.02)
    way.accepted()
    inbox.wait_for(2)


def _cut_listeners(database: Database) -> int:
    """How many connections that listen for rings were ended."""
    with database.begin() as session:
        cut = session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'octavo-relay-listener'"
                " AND datname = current_database()"
            )
        ).all()
    return len(cut)
