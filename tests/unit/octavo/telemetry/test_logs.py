"""Log lines have one shape, carry their ids, and give nothing away."""

from __future__ import annotations

import io
import json
import logging
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
import structlog

from octavo.telemetry import logs, tracing

PARENT = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}


@pytest.fixture
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    structlog.contextvars.clear_contextvars()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.fixture
def lines(restored: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[dict[str, Any]]]:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure("worker", "INFO")
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_says_when_what_and_who(lines: Any) -> None:
    logs.get_logger("octavo.test").info("page recognised", seconds=1.5)

    (line,) = lines()
    assert line["timestamp"].endswith("Z")
    del line["timestamp"]
    assert line == {
        "event": "page recognised",
        "level": "info",
        "logger": "octavo.test",
        "role": "worker",
        "seconds": 1.5,
    }


def test_bound_ids_are_on_every_line_of_the_block_and_no_other(lines: Any) -> None:
    document = UUID(int=7)
    with logs.bind(document_id=document, page=3, task_id="t1", tenant="a"):
        with logs.bind(page=4), tracing.resume(PARENT):
            logging.getLogger("celery.task").warning("slow")
        logs.get_logger("x").info("inner")
    logs.get_logger("x").info("outer")

    slow, inner, outer = lines()
    assert (slow["document_id"], slow["page"], slow["task_id"]) == (str(document), 4, "t1")
    assert slow["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert slow["span_id"] == "b7ad6b7169203331"
    assert (inner["page"], inner["tenant"]) == (3, "a")
    assert not {"document_id", "page", "task_id", "tenant", "trace_id"} & outer.keys()


@pytest.mark.parametrize("name", ["celery", "gunicorn.error", "sqlalchemy.pool", "werkzeug"])
def test_libraries_speak_in_the_same_shape_once(lines: Any, name: str) -> None:
    logging.getLogger(name).error("%s of %d", "3", 4, extra={"queue": "ocr"})

    (line,) = lines()
    assert (line["event"], line["level"], line["logger"]) == ("3 of 4", "error", name)
    assert (line["role"], line["queue"]) == ("worker", "ocr")


def test_what_celery_says_twice_is_said_once(lines: Any) -> None:
    context = {"id": "7f3a", "name": "octavo.clean", "return_value": "None", "args": "[]"}
    logging.getLogger("celery.app.trace").info(
        "Task %(name)s[%(id)s] succeeded", context, extra={"data": context}
    )
    logging.getLogger("other").info("kept", extra={"data": {"id": 1}})

    celery, other = lines()
    assert celery["event"] == "Task octavo.clean[7f3a] succeeded"
    assert celery["task_id"] == "7f3a"
    assert "data" not in celery
    assert other["data"] == {"id": 1}


def test_handlers_that_libraries_brought_are_taken_down(restored: None) -> None:
    logger = logging.getLogger("gunicorn.error")
    logger.addHandler(logging.StreamHandler())
    logger.propagate = False

    logs.configure("api")
    logs.configure("api")
    assert (logger.handlers, logger.propagate) == ([], True)
    assert len(logging.getLogger().handlers) == 1


def test_a_warning_is_a_line(lines: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("old way", UserWarning, stacklevel=1)

    (line,) = lines()
    assert line["logger"] == "py.warnings"
    assert "old way" in line["event"]


def test_a_level_is_kept(lines: Any) -> None:
    logs.get_logger("x").debug("detail")
    logging.getLogger("y").debug("detail")
    assert lines() == []


def connect(url: str, page_text: str) -> None:
    raise ValueError(f"cannot reach {url} for {len(page_text)} characters")


def test_a_traceback_is_kept_without_secrets_and_variables(lines: Any) -> None:
    secret, page_text = "hunter" + "2", "Dear" + " Sir"
    try:
        connect(f"postgresql://octavo:{secret}@db/octavo", page_text)
    except ValueError:
        logs.get_logger("x").exception("failed")
        logging.getLogger("celery").exception("failed too")

    seen = lines()
    assert [line["event"] for line in seen] == ["failed", "failed too"]
    for line in seen:
        assert "ValueError: cannot reach postgresql://octavo:[redacted]@db" in line["exception"]
        assert secret not in line["exception"]
        assert page_text not in line["exception"]


def test_page_text_and_secrets_stay_out(lines: Any) -> None:
    logs.get_logger("x").info(
        "page recognised",
        text="Dear Sir",
        page={"number": 3, "clean": "Dear Sir", "words": ["Dear", "Sir"]},
        authorization="Bearer abc",
        url="http://s3/octavo/k?X-Amz-Signature=deadbeef&X-Amz-Date=20260101",
        note="x" * 2000,
    )
    logging.getLogger("werkzeug").info("key octavo_%s used", "a1B2" * 10)

    first, second = lines()
    assert "Dear" not in json.dumps(first)
    assert first["text"] == "[withheld, length 8]"
    assert first["page"]["number"] == 3
    assert first["authorization"] == "[redacted]"
    assert "deadbeef" not in first["url"]
    assert first["url"].endswith("X-Amz-Date=20260101")
    assert len(first["note"]) < 600
    assert second["event"] == "key octavo_[redacted] used"


def test_the_console_shows_the_same_facts(restored: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)
    logs.configure("api", "DEBUG", "console")
    logs.get_logger("x").debug("started", port=8000, text="Dear Sir")

    written = stderr.getvalue()
    assert "started" in written
    assert "port=8000" in written
    assert "Dear Sir" not in written
