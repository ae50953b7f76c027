"""Documents sent all the while by a client that repeats itself, and what was promised of each."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.chaos.client import ENDED, Client, Refused, Unanswered, blank_pdf

COMPLETED = frozenset({"completed"})
# Chains, pages cleaned where they are read, and many pages by one task.
WAYS: tuple[dict[str, str], ...] = (
    {},
    {},
    {"cleanup": "off"},
    {"cleanup": "off", "engine": "null"},
)
_PAUSE_SECONDS = 0.3
_GIVE_UP_SECONDS = 120.0
_MOST_OPEN = 8  # documents of one load on their way
# Answers of a system that could not decide now; the same key is sent again.
_LATER = {409, 429, 500, 502, 503, 504}


@dataclass(eq=False)
class Sent:
    """A document that was accepted, and how it may end."""

    id: str
    key: str
    pages: tuple[int, ...]
    ends: frozenset[str] = COMPLETED
    refusals: int = 0  # times it was sent before it was accepted
    gone: bool = False  # deleted by its client
    texts: list[str] = field(default_factory=list)  # as first seen at its end


class Ledger:
    """Every document that was accepted, from any thread."""

    def __init__(self) -> None:
        self._sent: list[Sent] = []

    def add(self, sent: Sent) -> Sent:
        """Keep one."""
        self._sent.append(sent)
        return sent

    def all(self) -> list[Sent]:
        """Those so far."""
        return list(self._sent)

    def forget(self, since: int) -> None:
        """Those after the first `since`: what was broken is told once."""
        del self._sent[since:]


class Sender:
    """Makes documents and sends each until it is accepted."""

    def __init__(self, client: Client, ledger: Ledger, seed: int, name: str) -> None:
        self._client = client
        self._ledger = ledger
        self._rng = random.Random(seed)
        self._name = f"{name}-{self._rng.randbytes(4).hex()}"
        self._count = 0
        self._open: list[Sent] = []

    def open(self) -> list[Sent]:
        """Documents it sent that have not ended, as far as the API can be asked."""
        self._open = [sent for sent in self._open if not self._ended(sent)]
        return self._open

    def _ended(self, sent: Sent) -> bool:
        try:
            return self._client.document(sent.id)["state"] in ENDED
        except Refused as refused:
            return refused.status == 404  # a client deleted it
        except Unanswered:
            return False

    def document(
        self,
        pages: int,
        *,
        only: tuple[int, ...] = (),
        ends: frozenset[str] = COMPLETED,
        given_up: threading.Event | None = None,
        options: Mapping[str, str] | None = None,
    ) -> Sent:
        """A new document of `pages` pages, of which it asks for `only` those.

        Without `options` each page is read by a task and cleaned by the next of its chain.
        Raises AssertionError when it is refused for two minutes, or for good.
        """
        self._count += 1
        key = f"{self._name}-{self._count}"
        content = blank_pdf(pages, self._rng)
        asked = ",".join(map(str, only)) or None
        deadline = time.monotonic() + _GIVE_UP_SECONDS
        refusals = 0
        while True:
            try:
                document_id = self._client.submit(content, key, asked, **(options or {}))
            except (Refused, Unanswered) as error:
                if isinstance(error, Refused) and error.status not in _LATER:
                    raise AssertionError(f"{key} was refused: {error}") from error
                assert time.monotonic() < deadline, f"{key} is still refused: {error}"
                refusals += 1
                (given_up or threading.Event()).wait(_PAUSE_SECONDS)
            else:
                numbers = only or tuple(range(1, pages + 1))
                self._open.append(Sent(document_id, key, numbers, ends, refusals))
                return self._ledger.add(self._open[-1])


class Load:
    """A thread that sends a document now and then until told to stop."""

    def __init__(self, sender: Sender, seed: int, *, least: int) -> None:
        """`least`: documents it sends before it heeds `stop`."""
        self._sender = sender
        self._rng = random.Random(seed)
        self._least = least
        self._stopping = threading.Event()
        self._flowing = threading.Event()
        self._flowing.set()
        self._error: AssertionError | None = None
        self._thread = threading.Thread(target=self._run, name="load", daemon=True)
        self._thread.start()

    def finished(self) -> bool:
        """Whether it has heeded `stop`. Raises AssertionError when a document was not accepted."""
        if self._error is not None:
            raise self._error
        return not self._thread.is_alive()

    def stop(self) -> None:
        """Send what is left, then end."""
        self._stopping.set()
        self._flowing.set()

    def pause(self) -> None:
        """Send nothing more until `stop`."""
        self._flowing.clear()

    def _run(self) -> None:
        sent = 0
        try:
            while sent < self._least or not self._stopping.is_set():
                if len(self._sender.open()) < _MOST_OPEN or self._stopping.is_set():
                    pages = self._rng.choice((1, 1, 2, 3, 5, 9, 17))
                    self._sender.document(pages, options=self._rng.choice(WAYS))
                    sent += 1
                self._stopping.wait(self._rng.uniform(0.1, 0.8))
                self._flowing.wait()
        except AssertionError as error:
            self._error = error
