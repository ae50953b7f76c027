"""A random mix of faults under load, the same for the same seed."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable

from octavo.broker import QUEUES
from tests.chaos import checks
from tests.chaos.client import Refused, Unanswered
from tests.chaos.house import SERVERS, House
from tests.chaos.load import Ledger, Load, Sender, Sent
from tests.chaos.points import POINTS
from tests.chaos.wire import Blackhole, Delay, Fault, Truncate

_ROUND_SECONDS = 45.0  # of faults between two rests
_REST_SECONDS = 300.0
_PROCESSES = ("api", "relay", *QUEUES)
_ACTED = frozenset({"completed", "cancelled"})


class Nemesis:
    """Rounds of random steps; after each the house comes to rest and is held to its word."""

    def __init__(self, house: House, ledger: Ledger, seed: int, say: Callable[[str], None]) -> None:
        self._house = house
        self._ledger = ledger
        self._seed = seed
        self._rng = random.Random(seed)
        self._say = say
        self._began = time.monotonic()
        self._lifting: list[tuple[float, Callable[[], object]]] = []
        self._steps: tuple[Callable[[], str], ...] = (
            self.kill_process,
            self.kill_process,
            self.kill_child,
            self.arm_point,
            self.arm_point,
            self.arm_point,
            self.halt_process,
            self.cut_links,
            self.break_link,
            self.break_link,
            self.restart_server,
            self.flush,
            self.client_acts,
            self.client_acts,
            self.send_again,
            self.roll,
        )

    def run(self, seconds: float, *, docs: int) -> bool:
        """Rounds until the time is over; whether every promise was kept."""
        end = time.monotonic() + seconds
        number = 0
        while time.monotonic() < end:
            number += 1
            try:
                self._round(number, min(_ROUND_SECONDS, end - time.monotonic()), docs)
            except AssertionError as error:
                self._say(f"nemesis, round {number}, seed {self._seed}: BROKEN\n  {error}")
                return False
        return True

    def _round(self, number: int, seconds: float, docs: int) -> None:
        house, before = self._house, len(self._ledger.all())
        mine = self._rng.randrange(2**31)
        load = Load(Sender(house.client, self._ledger, mine, f"n{number}"), mine, least=docs)
        house.script("all", f"slow {self._rng.choice((0, 0.02, 0.2))}")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            house.pass_time(self._rng.expovariate(0.7))
            self._lift_due()
            step = self._rng.choice(self._steps)
            self._say(f"  {time.monotonic() - self._began:7.1f} s  {step()}")
        load.stop()
        house.heal()
        healed = time.monotonic()
        house.wait(lambda: not self._lift_due(everything=True), 60, "every deletion is answered")
        house.wait(load.finished, 150, "every document of the load is accepted")
        checks.rest(house, _REST_SECONDS)
        rested = time.monotonic()
        retried = checks.hold(house, self._ledger)
        self._say(
            f"nemesis, round {number}: {len(self._ledger.all()) - before} documents,"
            f" at rest {rested - healed:.1f} s after the last fault, every promise kept"
            + (f"; {retried} used up their attempts and completed when retried" if retried else "")
        )

    # Steps: each does something and says what

    def kill_process(self) -> str:
        """kill -9 of a process, with its children or without."""
        name, group = self._rng.choice(_PROCESSES), self._rng.random() < 0.7
        self._house.kill(name, group=group)
        return f"kill -9 {name}{'' if group else ', not its children'}"

    def kill_child(self) -> str:
        """kill -9 of one process of a pool."""
        name = self._rng.choice(QUEUES)
        children = self._house.children(name)
        if children:
            os.kill(self._rng.choice(children), signal.SIGKILL)
        return f"kill -9 a child of {name}"

    def arm_point(self) -> str:
        """Let some process die at some point."""
        process = self._rng.choice(sorted(POINTS))
        point, passes = self._rng.choice(POINTS[process]), self._rng.choice((0, 0, 1, 5))
        self._house.points(process).arm(point, passes=passes)
        return f"{process} dies at {point} after {passes} passes"

    def halt_process(self) -> str:
        """SIGSTOP for a while."""
        name, seconds = self._rng.choice(_PROCESSES), self._rng.uniform(1, 12)
        pid = self._house.pid(name)
        self._house.halt(pid)
        self._later(seconds, lambda: self._house.resume(pid))
        return f"halt {name} for {seconds:.1f} s"

    def cut_links(self) -> str:
        """End every connection of a process to a server."""
        name, server = self._rng.choice(_PROCESSES), self._rng.choice(SERVERS)
        return f"cut {self._house.link(name, server).cut()} connections of {name} to {server}"

    def break_link(self) -> str:
        """A fault on a link for a while."""
        name, server = self._rng.choice(_PROCESSES), self._rng.choice(SERVERS)
        seconds = self._rng.uniform(1, 15)
        fault: Fault = self._rng.choice(
            (
                lambda: Blackhole(),
                lambda: Delay(seconds=self._rng.uniform(0.01, 0.4)),
                lambda: Truncate(after=self._rng.randrange(1, 5000)),
            )
        )()
        link = self._house.link(name, server)
        link.add(fault)
        self._later(seconds, lambda: link.lift(fault))
        return f"{type(fault).__name__.lower()} between {name} and {server} for {seconds:.1f} s"

    def restart_server(self) -> str:
        """Stop or kill a server and start it again after a while."""
        name, hard = self._rng.choice(SERVERS), self._rng.random() < 0.5
        seconds = self._rng.uniform(0, 4)
        self._house.stop_server(name, hard=hard)
        self._house.pass_time(seconds)
        self._house.start_server(name)
        return f"{'kill -9' if hard else 'stop'} {name}, start it after {seconds:.1f} s"

    def flush(self) -> str:
        """The broker forgets everything."""
        self._house.redis.flushall()
        return "FLUSHALL"

    def client_acts(self) -> str:
        """A client cancels, retries or deletes one of the last documents."""
        action = self._rng.choice(("cancel", "cancel", "retry", "retry", "delete"))
        sent = [one for one in self._ledger.all()[-20:] if not one.gone]
        if action == "retry":  # of those that may have been cancelled
            sent = [one for one in sent if one.ends == _ACTED]
        if not sent:
            return f"no document to {action}"
        # Late ones are more likely on their way.
        chosen = sent[-1 - min(int(self._rng.expovariate(0.3)), len(sent) - 1)]
        return f"{action} {chosen.id}: {self._act(chosen, action)}"

    def send_again(self) -> str:
        """Everything published lately is published once more."""
        self._house.sql(
            "UPDATE outbox SET published_at = NULL, next_attempt_at = now()"
            " WHERE published_at > now() - interval '5 seconds'"
        )
        return "publish the events of the last 5 s again"

    def roll(self) -> str:
        """Stop a process as a deployment does, and start it."""
        name = self._rng.choice((*_PROCESSES, "beat"))
        self._house.roll(name)
        return f"SIGTERM {name}, start it again"

    def _act(self, sent: Sent, action: str) -> str:
        # Whatever is answered, it may have been done, then or by a request still under way.
        if action == "delete":
            return self._delete(sent)
        sent.ends = _ACTED
        try:
            self._house.client.act(sent.id, action)
        except (Refused, Unanswered) as error:
            return _short(error)
        return "done"

    def _delete(self, sent: Sent) -> str:
        """Until it is known to be done."""
        try:
            self._house.client.act(sent.id, "delete")
        except Unanswered as error:
            self._later(0, lambda: self._delete(sent))
            return _short(error)
        except Refused as refused:
            if refused.status != 404:
                self._later(0, lambda: self._delete(sent))
                return _short(refused)
        sent.gone = True
        return "done"

    def _later(self, seconds: float, action: Callable[[], object]) -> None:
        self._lifting.append((time.monotonic() + seconds, action))

    def _lift_due(self, *, everything: bool = False) -> int:
        """Do what is due (or all that is left); how much was."""
        now = time.monotonic()
        due = [action for at, action in self._lifting if everything or at <= now]
        self._lifting = [] if everything else [each for each in self._lifting if each[0] > now]
        for action in due:
            action()
        return len(due)


def _short(error: Refused | Unanswered) -> str:
    return f"refused with {error.status}" if isinstance(error, Refused) else "no answer"
