"""Files made on demand: whoever waits for them takes no more threads than there are places."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from api import making
from api.problems import BeingMade

PATIENCE = 10.0  # seconds, far below what a place would be waited in


def test_who_finds_no_place_is_sent_away_and_the_file_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(making, "WAIT_SECONDS", 6 * PATIENCE)
    started, ready, second = threading.Event(), threading.Event(), threading.Event()
    files = making.Making("test", threading.Semaphore(1))

    def slowly() -> None:
        started.set()
        assert ready.wait(PATIENCE)

    with ThreadPoolExecutor(3) as clients:
        waits = clients.submit(files.await_made, "first", slowly)
        assert started.wait(PATIENCE)
        for key in ("first", "second"):  # one that is under way, one that is not
            sent_away = clients.submit(files.await_made, key, second.set)
            with pytest.raises(BeingMade):
                sent_away.result(timeout=PATIENCE)
        ready.set()
        waits.result(timeout=PATIENCE)
        assert second.wait(PATIENCE)
    files.close()


def test_a_place_is_given_back() -> None:
    files = making.Making("test", threading.Semaphore(1))
    for key in ("first", "second"):
        files.await_made(key, lambda: None)
    files.close()
