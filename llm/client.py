"""One question to one OpenAI-compatible endpoint."""

from __future__ import annotations

import email.utils
import logging
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from llm import errors
from llm.config import Provider
from pipelines.deadline import Deadline

MOST_BYTES = 512 * 1024  # of an answer with its headers; the longest page is far below
_MOST_TOKENS = 10_000_000  # a usage above it is no usage
_NO_CONTENT = ""

# At the level DEBUG they log what is sent, which is the text of a page.
for _name in ("openai", "httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model said; tokens are None when the provider does not tell."""

    text: str
    finish_reason: str | None  # "stop", "length", "content_filter", ...
    refusal: str | None
    tokens_in: int | None
    tokens_out: int | None


def ask(
    provider: Provider,
    key: SecretStr,
    messages: Sequence[Mapping[str, Any]],
    parameters: Mapping[str, Any],
    *,
    seconds: float,
) -> Answer:
    """The answer to `messages`, within `seconds` whatever the server does.

    No redirect is followed and nothing is tried again here. Raises CallFailed.
    """
    import openai  # takes half a second: only those who ask wait for it

    from llm.transport import BoundedTransport

    deadline = Deadline.after(seconds)
    transport = BoundedTransport(deadline, MOST_BYTES)
    # The environment's organisation belongs to one provider; the others need not know it.
    own: dict[str, Any] = dict.fromkeys(("OpenAI-Organization", "OpenAI-Project"), openai.Omit())
    headers = {**own, "Accept-Encoding": "identity", **provider.headers}
    with openai.DefaultHttpxClient(
        transport=transport, follow_redirects=False, trust_env=False
    ) as http:
        client = openai.OpenAI(
            base_url=provider.base_url,
            api_key=key.get_secret_value() or "none",
            max_retries=0,
            timeout=seconds,
            http_client=http,
            default_headers=headers,
        )
        try:
            found = client.chat.completions.create(
                model=provider.model,
                messages=list(messages),  # type: ignore[arg-type] # plain dicts
                extra_body=dict(parameters),
            )
        except openai.OpenAIError as error:
            raise _told(error, deadline) from None
        except (ValueError, RecursionError, TypeError) as error:
            raise errors.BadAnswer(
                f"no answer could be made of it: {type(error).__name__}", maybe_billed=True
            ) from None
    return _answer(found)


def _told(error: Exception, deadline: Deadline) -> errors.CallFailed:
    """What the client library raised, without its words: they may quote the page."""
    import openai

    if isinstance(error, openai.APIStatusError):
        return _of_status(error.status_code, error.response.headers)
    if deadline.left() <= 0 or isinstance(error, openai.APITimeoutError):
        return errors.TooSlow("no answer in time", maybe_billed=True)
    if isinstance(error, openai.APIConnectionError):
        cause = error.__cause__
        kind = type(cause).__name__
        if kind in {"ConnectError", "UnsupportedProtocol"}:
            return errors.Unreachable(f"no connection: {kind}", maybe_billed=False)
        if kind == "DecodingError" or (kind == "RemoteProtocolError" and "large" in str(cause)):
            return errors.BadAnswer("the answer is too large, or compressed", maybe_billed=True)
        return errors.Unreachable(f"the connection broke: {kind}", maybe_billed=True)
    return errors.BadAnswer(
        f"no answer could be made of it: {type(error).__name__}", maybe_billed=True
    )


def _of_status(status: int, headers: Mapping[str, str]) -> errors.CallFailed:
    wait = retry_after(headers.get("retry-after"))
    said = f"HTTP status {status}"
    if status == 429 or (status == 503 and wait is not None):
        return errors.Overloaded(said, maybe_billed=False, retry_after=wait)
    if status >= 500:
        return errors.ServerFailed(said, maybe_billed=False, retry_after=wait)
    if 300 <= status < 400:
        return errors.BadAnswer(f"{said}: redirects are not followed", maybe_billed=False)
    kind = errors.NotLetIn if status in {401, 402, 403, 404} else errors.Rejected
    return kind(said, maybe_billed=False)


def retry_after(value: str | None) -> float | None:
    """Seconds that a Retry-After header asks for: a number, or a date. None: none that is valid."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(value).timestamp() - time.time()
        except (ValueError, OverflowError, TypeError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _answer(found: Any) -> Answer:
    """The parts that count, each checked: the library takes whatever shape comes."""
    choices = getattr(found, "choices", None)
    if not isinstance(choices, list) or not choices:
        raise errors.BadAnswer("the answer holds no choice", maybe_billed=True)
    message = getattr(choices[0], "message", None)
    text = getattr(message, "content", None)
    refusal = getattr(message, "refusal", None)
    if text is None:
        text = _NO_CONTENT  # a refusal, or a model that only thought
    if not isinstance(text, str) or message is None:
        raise errors.BadAnswer("the answer holds no text", maybe_billed=True)
    finish = getattr(choices[0], "finish_reason", None)
    usage = getattr(found, "usage", None)
    return Answer(
        text=text.encode("utf-8", "replace").decode("utf-8").replace("\0", ""),
        finish_reason=finish if isinstance(finish, str) else None,
        refusal=refusal if isinstance(refusal, str) else None,
        tokens_in=_tokens(getattr(usage, "prompt_tokens", None)),
        tokens_out=_tokens(getattr(usage, "completion_tokens", None)),
    )


def _tokens(found: Any) -> int | None:
    real = type(found) is int and 0 <= found <= _MOST_TOKENS
    return found if real else None
