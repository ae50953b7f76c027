"""The Procfile: every process there is, with the commands of the local stack."""

from __future__ import annotations

from pathlib import Path

from octavo.broker import QUEUES
from octavo.local import processes

LINES = (Path(__file__).parents[3] / "Procfile").read_text("utf-8").splitlines()
COMMANDS = dict(line.split(": ", 1) for line in LINES)


def test_it_names_every_process() -> None:
    assert list(COMMANDS) == ["web", "relay", *QUEUES, "beat", "flower"]


def test_a_worker_serves_its_own_queue() -> None:
    for queue in QUEUES:
        assert f"-Q {queue} -n {queue}@%h" in COMMANDS[queue]


def test_the_commands_are_those_of_the_local_stack() -> None:
    local = processes.worker({}, "split").command
    assert COMMANDS["split"].split()[:4] == list(local[2:6])
    assert COMMANDS["relay"] == " ".join(["python", *processes.relay({}).command[1:]])
    assert COMMANDS["web"].split()[-1] == processes.api({}, 1).command[-1]
