"""A queue without a consumer is noticed within three canaries, and so is its return."""

from __future__ import annotations

import time
import urllib.request
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from octavo.cli import main
from octavo.local import processes
from octavo.settings import settings

if TYPE_CHECKING:
    from tests.e2e.conftest import Octavo

CANARY_SECONDS = 2
BUSY_MACHINE_SECONDS = 15


@pytest.fixture
def environment(octavo: Octavo, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    variables = octavo.stack.process_environment(OCTAVO_CANARY_SECONDS=str(CANARY_SECONDS))
    for name, value in variables.items():
        if name.startswith("OCTAVO_"):
            monkeypatch.setenv(name, value)
    settings.cache_clear()
    return variables


def until(octavo: Octavo, *, silent: bool, seconds: float) -> None:
    """The doctor says so of the queue notify, within that time."""
    deadline = time.monotonic() + seconds
    while True:
        report = CliRunner().invoke(main, ["doctor", "--only", "queues"]).output
        said = [line for line in report.splitlines() if "queue notify" in line]
        if said and ("nobody consumes it" in said[0]) == silent:
            return
        assert time.monotonic() < deadline, report
        time.sleep(0.2)


def test_a_queue_without_consumer_is_noticed(octavo: Octavo, environment: dict[str, str]) -> None:
    until(octavo, silent=False, seconds=60)
    octavo.stack.supervisor.stop(["notify"])
    try:
        until(octavo, silent=True, seconds=3 * CANARY_SECONDS + BUSY_MACHINE_SECONDS)
        broken = CliRunner().invoke(main, ["verify"])
        assert broken.exit_code == 1
        assert "A  notify  is a queue that nobody consumes" in broken.output
        with urllib.request.urlopen(f"{octavo.url}/metrics", timeout=10) as answer:
            metrics = answer.read().decode()
        [age] = [
            float(line.split()[1])
            for line in metrics.splitlines()
            if line.startswith('octavo_queue_canary_age_seconds{queue="notify"}')
        ]
        assert age > 2 * CANARY_SECONDS
    finally:
        octavo.stack.start(processes.worker(environment, "notify"))
    until(octavo, silent=False, seconds=60)
    settings.cache_clear()
