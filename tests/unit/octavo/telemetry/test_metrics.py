"""The exposition: Octavo's own metrics, collectors, and several processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families

from octavo.telemetry import metrics


@pytest.fixture(autouse=True)
def own_collectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_collectors", {})


class Documents:
    def collect(self) -> Iterable[Metric]:
        family = GaugeMetricFamily("octavo_documents", "By state.", labels=["state"])
        family.add_metric(["completed"], 3)
        yield family


class Broken:
    def collect(self) -> Iterable[Metric]:
        raise ConnectionError("database down")


def samples(text: bytes) -> dict[str, float]:
    return {
        sample.name
        + "".join(f"|{value}" for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def test_what_is_counted_is_exposed() -> None:
    before = samples(metrics.exposition()[0]).get("octavo_pages_total|null|done", 0)
    metrics.PAGES.labels("done", "null").inc()
    metrics.STAGE_SECONDS.labels("recognize").observe(0.5)
    body, content_type = metrics.exposition()

    assert content_type.startswith("text/plain")
    seen = samples(body)
    assert seen["octavo_pages_total|null|done"] == before + 1
    assert seen["octavo_stage_seconds_bucket|1.0|recognize"] >= 1
    assert (
        seen["octavo_stage_seconds_bucket|0.3|recognize"]
        < seen["octavo_stage_seconds_count|recognize"]
    )


def test_a_broken_collector_costs_only_itself() -> None:
    metrics.add_collector("broken", Broken())
    metrics.add_collector("documents", Documents())
    metrics.add_collector("documents", Documents())

    seen = samples(metrics.exposition()[0])
    assert seen["octavo_documents|completed"] == 3
    assert seen["octavo_collector_up|broken"] == 0
    assert seen["octavo_collector_up|documents"] == 1


FORKS = """
import os, sys
from octavo.telemetry import metrics
for number in range(2):
    pid = os.fork()
    if pid == 0:
        metrics.HTTP_REQUESTS.labels("GET", "/v1/documents", "200").inc(number + 1)
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
sys.stdout.buffer.write(metrics.exposition()[0])
"""


def test_processes_that_share_a_directory_are_added_up(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", FORKS],
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)},
        capture_output=True,
        timeout=30,
        check=True,
    )
    assert samples(result.stdout)["octavo_http_requests_total|GET|/v1/documents|200"] == 3


PLACES = """
import os, sys
from pathlib import Path
from octavo.telemetry import metrics, sharing
for number in range(5):
    pid = os.fork()
    if pid == 0:
        sharing.take_place(number % 2)
        metrics.PAGES.labels("done", "null").inc()
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
shared = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
print(shared, len(list(shared.iterdir())))
sys.stdout.flush()
sys.stdout.buffer.write(metrics.exposition()[0])
"""


def test_who_takes_a_place_in_the_pool_goes_on_counting_there(tmp_path: Path) -> None:
    told = {name: text for name, text in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"}
    result = subprocess.run(
        [sys.executable, "-c", PLACES],
        env={**told, "OCTAVO_METRICS_PORT": "1", "TMPDIR": str(tmp_path)},
        capture_output=True,
        timeout=30,
        check=True,
    )
    first, _, rest = result.stdout.partition(b"\n")
    directory, files = first.decode().rsplit(" ", 1)

    assert samples(rest)["octavo_pages_total|null|done"] == 5
    assert files == "2", "a file a place, not a file a process"
    assert Path(directory).parent == tmp_path
    assert list(tmp_path.iterdir()) == [], "it goes with the process that made it"
