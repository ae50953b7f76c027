"""Processes that share a directory are added up, and leave a bounded number of files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

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


def samples(text: bytes) -> dict[str, float]:
    return {
        sample.name
        + "".join(f"|{value}" for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


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
