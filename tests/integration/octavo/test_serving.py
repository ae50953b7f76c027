"""A process without HTTP of its own answers for its metrics."""

from __future__ import annotations

import socket
import subprocess
import sys

import urllib3
from structlog.testing import capture_logs

from octavo.local.ports import LOOPBACK, free_port, is_free
from octavo.telemetry import metrics, serving

SERVER = """
import os, sys
from octavo.telemetry import serving
assert serving.serve("127.0.0.1", int(sys.argv[1]))
if os.fork() == 0:
    sys.stdin.read()
os._exit(0)
"""


def get(port: int) -> bytes:
    with urllib3.PoolManager(retries=False, timeout=10) as http:
        body: bytes = http.request("GET", f"http://{LOOPBACK}:{port}/metrics").data
    return body


def test_each_answer_is_computed_anew() -> None:
    port = free_port()
    assert serving.serve(LOOPBACK, port)
    for kind in ("served_first", "served_next"):
        metrics.REPAIRS.labels(kind=kind).inc()
        assert f'octavo_sweeper_repairs_total{{kind="{kind}"}} 1.0' in get(port).decode()


def test_a_forked_child_does_not_hold_the_port() -> None:
    port = free_port()
    with subprocess.Popen([sys.executable, "-c", SERVER, str(port)], stdin=subprocess.PIPE) as main:
        assert main.wait(timeout=30) == 0
        # Its child lives until the pipe is closed.
        assert is_free(port)


def test_a_port_that_is_taken_costs_only_the_metrics() -> None:
    with socket.create_server((LOOPBACK, 0)) as other, capture_logs() as lines:
        assert not serving.serve(LOOPBACK, other.getsockname()[1])
    [line] = lines
    assert (line["event"], line["log_level"]) == ("metrics.not_served", "error")
    assert "OCTAVO_METRICS_PORT" in line["advice"]


def test_port_0_serves_nothing() -> None:
    assert not serving.serve(LOOPBACK, 0)
