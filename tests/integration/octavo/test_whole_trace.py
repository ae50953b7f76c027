"""API, relay and worker as processes: one trace a document, their metrics, their log."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import urllib3
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine

from octavo.broker import QUEUES
from octavo.local.ports import free_port
from octavo.local.stack import Stack
from octavo.samples import make_scan
from store import keys
from store.database import Database
from tests.support.otlp import attributes, collector

PAGES = 3
TRACES = ("1" * 32, "2" * 32)
NO_MODEL = Path(__file__).parents[2] / "support" / "no_model.toml"
_HTTP = urllib3.PoolManager(retries=False, timeout=30)


@dataclass(frozen=True)
class Seen:
    """What two documents left behind; each was sent within a trace of its own."""

    documents: dict[str, str]  # trace id: document id
    spans: list[tuple[str, Span]]  # service name, span
    worker: dict[tuple[str, ...], float]  # samples: name and label values in order of label
    relay: dict[tuple[str, ...], float]
    log: list[dict[str, Any]]  # of the worker


@contextmanager
def running(log: Path, environment: dict[str, str], *command: str) -> Iterator[None]:
    # Celery's banner goes to stdout.
    with log.open("wb") as lines, log.with_suffix(".out").open("wb") as banner:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], env=environment, stdout=banner, stderr=lines
        )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=45) == 0, log.read_text()[-2000:]


@pytest.fixture(scope="module")
def seen(
    services: Stack,
    database_url: str,
    broker_url: str,
    bucket: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Seen]:
    folder = tmp_path_factory.mktemp("processes")
    ports = {name: free_port() for name in ("api", "relay", "worker")}
    make_scan(folder / "scan.pdf", pages=PAGES)
    database = Database(create_engine(database_url))
    with database.begin() as session:
        key = keys.create(session, name="traced")
    with collector() as (url, received), ExitStack() as processes:
        told = {
            **{name: text for name, text in os.environ.items() if not name.startswith("OTEL_")},
            **services.environment,
            "OCTAVO_DATABASE_URL": database_url,
            "OCTAVO_BROKER_URL": broker_url,
            "OCTAVO_S3_BUCKET": bucket,
            "OCTAVO_TEST_ENGINES": "true",
            # Pages are cleaned by the next task of their chain.
            "OCTAVO_LLM_FILE": str(NO_MODEL),
            "OCTAVO_CLEANUP": "cleanup",
            # A page at a time over all documents: each makes room for a page of the other.
            "OCTAVO_SHEAF_PAGES": "1",
            "OCTAVO_SHEAVES_IN_FLIGHT": "1",
            "OCTAVO_PAGES_IN_FLIGHT": "1",
            "OTEL_EXPORTER_OTLP_ENDPOINT": url,
            "OTEL_BSP_SCHEDULE_DELAY": "50",
        }

        def start(name: str, *command: str, **more: str) -> None:
            processes.enter_context(running(folder / f"{name}.log", {**told, **more}, *command))

        listen = ("--bind", f"127.0.0.1:{ports['api']}", "--no-control-socket")
        start("api", "gunicorn", "--config", "python:api.server", *listen, "api.wsgi:app")
        start("relay", "outbox", OCTAVO_METRICS_PORT=str(ports["relay"]))
        worker = ("celery", "-A", "tasks", "worker", "-Q", ",".join(QUEUES), "--concurrency", "2")
        alone = ("--without-mingle", "--without-gossip")
        start("worker", *worker, *alone, OCTAVO_METRICS_PORT=str(ports["worker"]))
        until(lambda: get(ports["api"], "/readyz") is not None, folder)
        documents = {trace: send(ports["api"], key, folder / "scan.pdf", trace) for trace in TRACES}
        until(lambda: announced(received) == set(TRACES), folder)
        yield Seen(
            documents,
            named(received),
            samples(get(ports["worker"], "/metrics")),
            samples(get(ports["relay"], "/metrics")),
            [json.loads(line) for line in (folder / "worker.log").read_text().splitlines()],
        )
    database.close()


def until(come: Any, folder: Path, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not come():
        if time.monotonic() > deadline:
            pytest.fail("\n".join(log.read_text()[-3000:] for log in folder.glob("*.log")))
        time.sleep(0.05)


def get(port: int, path: str) -> bytes | None:
    try:
        answer = _HTTP.request("GET", f"http://127.0.0.1:{port}{path}")
    except urllib3.exceptions.HTTPError:
        return None
    return answer.data if answer.status == 200 else None


def send(port: int, key: str, path: Path, trace: str) -> str:
    answer = _HTTP.request(
        "POST",
        f"http://127.0.0.1:{port}/v1/documents",
        fields={"file": (path.name, path.read_bytes()), "engine": "chaotic", "text_layer": "force"},
        headers={"Authorization": f"Bearer {key}", "traceparent": f"00-{trace}-{'3' * 16}-01"},
    )
    assert answer.status == 201, answer.data
    document_id: str = answer.json()["id"]
    return document_id


def named(received: list[ExportTraceServiceRequest]) -> list[tuple[str, Span]]:
    return [
        (attribute.value.string_value, span)
        for request in list(received)
        for resource in request.resource_spans
        for attribute in resource.resource.attributes
        if attribute.key == "service.name"
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def announced(received: list[ExportTraceServiceRequest]) -> set[str]:
    """Traces whose last task was sent and has run, as both who sent it and who ran it have told."""
    told = {(span.name, span.trace_id.hex()) for _, span in named(received)}
    last = ("apply_async/octavo.announce", "run/octavo.announce")
    return {trace for _, trace in told if all((name, trace) in told for name in last)}


def samples(body: bytes | None) -> dict[tuple[str, ...], float]:
    assert body is not None
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }


def test_a_document_is_one_trace_through_api_relay_and_worker(seen: Seen) -> None:
    for trace in TRACES:
        mine = [
            (service, span.name) for service, span in seen.spans if span.trace_id.hex() == trace
        ]
        assert ("octavo-api", "POST /v1/documents") in mine
        for task, count in {
            "split": 1,
            "recognize": PAGES,
            "clean": PAGES,
            "aggregate": 1,
            "announce": 1,
        }.items():
            assert mine.count(("octavo-worker", f"run/octavo.{task}")) == count, task
        for task in ("split", "recognize", "aggregate", "announce"):
            assert ("octavo-relay", f"apply_async/octavo.{task}") in mine, sorted(set(mine))
        for task in ("clean", "advance"):  # what a chain and a chord send on
            assert ("octavo-worker", f"apply_async/octavo.{task}") in mine, sorted(set(mine))


def test_the_work_on_a_document_is_in_no_other_trace(seen: Seen) -> None:
    told = {
        (span.trace_id.hex(), about["octavo.document_id"])
        for _, span in seen.spans
        if "octavo.document_id" in (about := attributes(span))
    }
    assert told == set(seen.documents.items())


def test_a_worker_adds_up_what_its_children_did(seen: Seen) -> None:
    pages = len(TRACES) * PAGES
    assert seen.worker["octavo_pages_total", "chaotic", "done"] == pages
    for stage, count in {
        "split": len(TRACES),
        "recognize": pages,
        "render": pages,
        "read": pages,
        "clean": pages,
        "aggregate": len(TRACES),
    }.items():
        assert seen.worker["octavo_stage_seconds_count", stage] == count, stage
    assert ("octavo_outbox_events_total", "published") not in seen.worker


def test_a_relay_tells_what_it_published(seen: Seen) -> None:
    # uploaded, a sheaf a page, recognized, completed
    assert seen.relay["octavo_outbox_events_total", "published"] == len(TRACES) * (3 + PAGES)


def test_lines_of_the_log_name_document_page_task_and_trace(seen: Seen) -> None:
    ended = [line for line in seen.log if line["event"] == "document.ended"]
    assert {(line["trace_id"], line["document_id"]) for line in ended} == set(
        seen.documents.items()
    )
    assert all(line["task_id"].startswith(line["document_id"]) for line in ended)
    done = [line for line in seen.log if line["logger"] == "celery.app.trace"]
    assert done
    assert all(line["task_id"] and "data" not in line for line in done)
    loud = [line["event"] for line in seen.log if line["level"] in ("warning", "error")]
    assert set(loud) <= {"start.warning"}  # the tests' database does not sync to its disk
