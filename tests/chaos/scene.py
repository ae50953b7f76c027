"""What a fault's scenario has at hand, and the list of all scenarios."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.chaos.house import House
from tests.chaos.load import COMPLETED, Ledger, Load, Sender, Sent

PUBLISHED_SECONDS = 1.5  # the promise: from commit to broker, even where the bell was lost
# One in twenty may take longer, but not by much: the two cores also carry load and faults.
_STRAGGLER_SECONDS = 4.0
_LATENCIES = (
    "SELECT coalesce(percentile_disc(0.95) WITHIN GROUP (ORDER BY seconds), 0),"
    " coalesce(max(seconds), 0) FROM (SELECT extract(epoch FROM published_at - created_at)::float"
    " AS seconds FROM outbox WHERE created_at >= %s AND attempts = 1) published"
)


class NotMade(Exception):
    """The fault cannot be made on this machine, or there is nothing that it could strike."""


@dataclass
class Scene:
    """One fault while documents come in."""

    house: House
    rng: random.Random
    sender: Sender
    ledger: Ledger
    load: Load
    thorough: bool  # outages as long as the list says, not shortened
    began: object = None  # the database's time
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.began = self.house.sql("SELECT clock_timestamp()")[0][0]

    def send(
        self, pages: int, *, only: tuple[int, ...] = (), ends: frozenset[str] = COMPLETED
    ) -> Sent:
        """A document of its own, beside the load."""
        return self.sender.document(pages, only=only, ends=ends)

    def state(self, sent: Sent) -> str:
        """Where a document stands, by the database."""
        rows = self.house.sql("SELECT state FROM documents WHERE id = %s", sent.id)
        return str(rows[0][0]) if rows else "gone"

    def wait_end(self, sent: Sent, seconds: float = 60) -> None:
        """Until a document ends as it may."""
        self.house.wait(
            lambda: self.state(sent) in sent.ends, seconds, f"{sent.id} ends {set(sent.ends)}"
        )

    def meet(self, process: str, point: str, *, passes: int = 0, signal: str = "SIGKILL") -> int:
        """Arm a kill point and wait until a process met it; its process id."""
        points = self.house.points(process)
        points.arm(point, passes=passes, signal=signal)
        self.house.wait(lambda: points.fired(point), 40, f"{process} passes {point}")
        return points.fired(point) or 0

    def quiet(self) -> None:
        """Let the load end what is open and send no more: the next document is alone."""
        self.load.pause()
        open_ = "SELECT 1 FROM documents WHERE state IN ('queued', 'processing')"
        self.house.pass_time(1)  # an upload under way
        self.house.wait(lambda: not self.house.sql(open_), 60, "the load comes to rest")

    def outage(self, seconds: float, shortened: float) -> None:
        """Let the fault last `seconds`, or `shortened` unless the run is thorough."""
        self.house.pass_time(seconds if self.thorough else shortened)

    def assert_published(self) -> None:
        """Events written since the scene began reached the broker in the time promised."""
        ((usual, slowest),) = self.house.sql(_LATENCIES, self.began)
        self.notes.append(f"commit to broker: p95 {usual:.2f} s, slowest {slowest:.2f} s")
        assert usual <= PUBLISHED_SECONDS, "events waited too long for their publication"
        assert slowest <= _STRAGGLER_SECONDS, "an event waited too long for its publication"

    def pages(self, sent: Sent) -> dict[int, tuple[str, str | None, int]]:
        """State, reason and attempts of each page."""
        rows = self.house.sql(
            "SELECT number, state, reason, attempt FROM pages WHERE document_id = %s", sent.id
        )
        return {number: (state, reason, attempt) for number, state, reason, attempt in rows}


# What is to be checked once everything is at rest.
After = Callable[[], None]
Scenario = Callable[[Scene], After | None]


@dataclass(frozen=True, slots=True)
class Fault:
    """One entry of the list in docs/reliability.md."""

    number: int
    name: str
    promises: str  # the letters it threatens most
    scenario: Scenario


FAULTS: dict[int, Fault] = {}


def fault(number: int, name: str, promises: str) -> Callable[[Scenario], Scenario]:
    """Put a scenario on the list."""

    def put(scenario: Scenario) -> Scenario:
        assert number not in FAULTS, number
        FAULTS[number] = Fault(number, name, promises, scenario)
        return scenario

    return put
