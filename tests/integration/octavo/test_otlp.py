"""Spans arrive at an OTLP collector, one trace across rows, processes and forks."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from opentelemetry.proto.trace.v1.trace_pb2 import Status

from tests.support.otlp import attributes, collector, spans

PROCESS = Path(__file__).with_name("traced_process.py")


def run(**environment: str) -> dict[str, Any]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    result = subprocess.run(
        [sys.executable, str(PROCESS)],
        env={**clean, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_one_trace_from_the_request_to_a_forked_worker() -> None:
    with collector() as (url, received):
        answer = run(OTEL_EXPORTER_OTLP_ENDPOINT=url)
    found = spans(received)
    trace_id = answer["carried"]["traceparent"].split("-")[1]

    assert answer["exported"] is True
    (request,) = found["GET /v1/documents/<document_id>"]
    assert request.trace_id.hex() == trace_id
    for name, count in {"recognize": 2, "aggregate": 1}.items():
        assert [span.trace_id.hex() for span in found[name]] == [trace_id] * count
        assert {span.parent_span_id for span in found[name]} == {request.span_id}
    assert attributes(found["recognize"][0]) == {"octavo.page": 7}
    assert attributes(found["aggregate"][0]) == {"octavo.document_id": "d1"}


def test_libraries_speak_inside_that_trace() -> None:
    with collector() as (url, received):
        answer = run(OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=f"{url}/v1/traces")
    found = spans(received)
    trace_id = answer["carried"]["traceparent"].split("-")[1]

    for name in ("run/tasks.ocr.recognize", "SELECT", "PING"):
        assert name in found, sorted(found)
        assert [span.trace_id.hex() for span in found[name]] == [trace_id], name
    assert not any("livez" in name for name in found)
    resource = {
        item.key: item.value.string_value
        for item in received[0].resource_spans[0].resource.attributes
    }
    assert resource["service.name"] == "octavo-api"
    assert resource["service.version"]


def test_a_failed_span_tells_the_kind_of_error_and_not_its_words() -> None:
    with collector() as (url, received):
        answer = run(OTEL_EXPORTER_OTLP_ENDPOINT=url)
    (broken,) = spans(received)["broken"]

    assert broken.trace_id.hex() != answer["carried"]["traceparent"].split("-")[1]
    assert broken.status.code == Status.STATUS_CODE_ERROR
    assert attributes(broken) == {"error.type": "ValueError"}
    assert b"words of a page" not in b"".join(item.SerializeToString() for item in received)


def test_without_a_collector_nothing_is_exported_and_all_works() -> None:
    assert run() == {"exported": False, "carried": {}}


def test_a_collector_that_is_gone_neither_fails_nor_holds_the_process() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    began = time.monotonic()
    answer = run(
        OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{port}", OTEL_EXPORTER_OTLP_TIMEOUT="1"
    )
    assert answer["exported"] is True
    assert time.monotonic() - began < 20
