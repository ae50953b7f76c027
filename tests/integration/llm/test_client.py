"""Whatever a provider answers, a call ends in time with an answer or a reason."""

from __future__ import annotations

import gzip
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from llm import client, errors
from llm.config import Provider
from tests.support.scripted_llm import Handler, Script, serving

MESSAGES = [{"role": "user", "content": "the secret page"}]
KEY = SecretStr("sk-very-secret")


@pytest.fixture(scope="module")
def script() -> Iterator[Script]:
    with serving() as script:
        yield script


def provider(script: Script, **more: Any) -> Provider:
    values = {"name": "p", "base_url": script.url, "model": "m", "price_in": 1, "price_out": 2}
    return Provider(**{**values, **more})


def ask(script: Script, seconds: float = 5.0, **more: Any) -> client.Answer:
    return client.ask(
        provider(script, **more),
        KEY,
        MESSAGES,
        {"max_tokens": 7, "temperature": 0},
        seconds=seconds,
    )


def test_what_is_sent(script: Script) -> None:
    script.behave = lambda handler: handler.say("fine")
    found = ask(script, headers={"X-Title": "octavo"})
    assert found == client.Answer("fine", "stop", None, 100, 20)
    assert script.asked[-1] == {
        "model": "m",
        "messages": MESSAGES,
        "max_tokens": 7,
        "temperature": 0,
    }
    headers = script.headers[-1]
    assert headers["authorization"] == "Bearer sk-very-secret"
    assert headers["x-title"] == "octavo"
    assert "openai-organization" not in headers


def test_usage_that_is_not_told_or_not_real_is_none(script: Script) -> None:
    script.behave = lambda handler: handler.say(
        "x", usage={"prompt_tokens": -4, "completion_tokens": "many"}
    )
    found = ask(script)
    assert (found.tokens_in, found.tokens_out) == (None, None)


def test_a_refusal_is_told(script: Script) -> None:
    script.behave = lambda handler: handler.say(None, refusal="I cannot.")
    assert ask(script) == client.Answer("", "stop", "I cannot.", 100, 20)


FAULTS: dict[str, tuple[Callable[[Handler], Any], type[errors.CallFailed], bool]] = {
    "429": (lambda h: h.send(429, b"{}", Retry_After="7"), errors.Overloaded, False),
    "503 with a date": (
        lambda h: h.send(503, b"{}", Retry_After="Fri, 31 Dec 2100 23:59:59 GMT"),
        errors.Overloaded,
        False,
    ),
    "500": (lambda h: h.send(500, b"the secret page"), errors.ServerFailed, False),
    "401": (lambda h: h.send(401, b"{}"), errors.NotLetIn, False),
    "400": (lambda h: h.send(400, b'{"error": "the secret page"}'), errors.Rejected, False),
    "redirect": (
        lambda h: h.send(307, b"", Location="http://127.0.0.1:9/v1"),
        errors.BadAnswer,
        False,
    ),
    "hang": (lambda h: h.hang(), errors.TooSlow, True),
    "slow head": (
        lambda h: h.drip(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 400),
        errors.TooSlow,
        True,
    ),
    "slow body": (
        lambda h: h.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n", b"x" * 400),
        errors.TooSlow,
        True,
    ),
    "cut short": (
        lambda h: h.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{"choices"'),
        errors.Unreachable,
        True,
    ),
    "no words at all": (lambda h: None, errors.Unreachable, True),
    "1 MB": (lambda h: h.say("x" * 2**20), errors.BadAnswer, True),
    # Two reads of the client hold half of it, and more than it waits for.
    "huge header": (lambda h: h.send(200, b"{}", X="x" * 2**18), errors.Unreachable, True),
    "compressed": (
        lambda h: h.send(200, gzip.compress(b"{}"), Content_Encoding="gzip"),
        errors.BadAnswer,
        True,
    ),
    "no JSON": (lambda h: h.send(200, b"<html>"), errors.BadAnswer, True),
    "deep JSON": (lambda h: h.send(200, b"[" * 100_000), errors.BadAnswer, True),
    "a list": (lambda h: h.send(200, b"[1]"), errors.BadAnswer, True),
    "no choices": (lambda h: h.send(200, b'{"choices": []}'), errors.BadAnswer, True),
    "choices of another kind": (
        lambda h: h.send(200, b'{"choices": [{"message": {"content": [1]}}]}'),
        errors.BadAnswer,
        True,
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_in_time_and_quotes_nothing(
    script: Script, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    script.behave, kind, maybe_billed = FAULTS[fault]
    began = time.monotonic()
    with pytest.raises(errors.CallFailed) as raised:
        ask(script, seconds=1.0)
    assert time.monotonic() - began < 2.5
    assert (type(raised.value), raised.value.maybe_billed) == (kind, maybe_billed)
    told = caplog.text + str(raised.value) + repr(raised.value.__context__)
    assert "secret" not in told


def test_retry_after_is_read(script: Script) -> None:
    script.behave, *_ = FAULTS["429"]
    with pytest.raises(errors.Overloaded) as raised:
        ask(script)
    assert raised.value.retry_after == 7


def test_nobody_there(script: Script) -> None:
    with pytest.raises(errors.Unreachable) as raised:
        ask(script, base_url="http://127.0.0.1:9/v1")
    assert not raised.value.maybe_billed
