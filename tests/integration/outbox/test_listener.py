"""The listener hears rings, and a connection that falls silent never holds the relay up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import create_engine, make_url, text

from outbox.doorbell import CHANNEL
from outbox.listener import Listener
from tests.chaos.proxy import Link, Proxy
from tests.chaos.wire import Blackhole

WAIT = 0.1  # seconds
Ring = Callable[[], None]


@pytest.fixture
def link(database_url: str) -> Iterator[Link]:
    proxy = Proxy()
    port = make_url(database_url).port
    assert port is not None
    yield proxy.link(port)
    proxy.close()


@pytest.fixture
def listener(database_url: str, link: Link) -> Iterator[Listener]:
    engine = create_engine(make_url(database_url).set(port=link.port))
    made = Listener(engine, heartbeat_seconds=0.2, answer_seconds=0.4)
    assert made.wait(10), "it does not connect"
    yield made
    made.close()


@pytest.fixture
def ring(database_url: str) -> Iterator[Ring]:
    engine = create_engine(database_url, isolation_level="AUTOCOMMIT")

    def notify() -> None:
        with engine.connect() as connection:
            connection.execute(text(f"NOTIFY {CHANNEL}"))

    yield notify
    engine.dispose()


def waited(listener: Listener) -> float:
    """Seconds that a short wait took."""
    began = time.monotonic()
    assert not listener.wait(WAIT)
    return time.monotonic() - began


def test_a_ring_ends_the_wait_and_counts_once(listener: Listener, ring: Ring) -> None:
    assert not listener.wait(WAIT)
    ring()
    ring()
    assert listener.wait(10)
    listener.wait(WAIT)  # the second ring may have come by itself
    assert not listener.wait(WAIT)


def test_wake_ends_the_wait(listener: Listener) -> None:
    listener.wake()
    began = time.monotonic()
    assert not listener.wait(10)
    assert time.monotonic() - began < 5


def test_heartbeats_are_answered_and_the_connection_stays(listener: Listener, link: Link) -> None:
    end = time.monotonic() + 1
    while time.monotonic() < end:
        assert not listener.wait(WAIT)
    assert link.count(b"octavo-relay-listener") == 1


def test_a_silent_server_delays_no_wait(listener: Listener, link: Link, ring: Ring) -> None:
    with link.under(Blackhole()):
        end = time.monotonic() + 2.5  # heartbeat, no answer, connect again, no answer
        while time.monotonic() < end:
            assert waited(listener) < 1
    assert listener.wait(10), "it does not connect again"
    ring()
    assert listener.wait(10)


def test_a_connection_that_is_cut_is_made_again(listener: Listener, link: Link, ring: Ring) -> None:
    assert link.cut() == 1
    assert listener.wait(10), "it does not connect again"
    ring()
    assert listener.wait(10)
