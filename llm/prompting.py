"""A question as messages, its worst case in tokens, and the key it is kept under."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any

from llm.config import Provider
from llm.values import Question
from pipelines.cleanup.prompts import Prompt, build, most_answer_tokens
from pipelines.cleanup.values import CLEANUP_LIMITS, Mode

_FRAME_TOKENS = 64  # that a chat template adds for each message, at most


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent, and the most that it may count."""

    messages: list[dict[str, Any]]
    parameters: dict[str, Any]
    most_in: int  # tokens
    most_out: int
    marks: tuple[str, str]  # the two lines around the page's text

    @property
    def chat(self) -> str:
        """The messages for people to read; a picture is named, not shown."""
        return "\n\n".join(f"[{each['role']}]\n{_words(each['content'])}" for each in self.messages)


def request_of(
    question: Question,
    provider: Provider,
    prompt: Prompt,
    longest: float = CLEANUP_LIMITS.longest,
) -> Request:
    """The messages for one page, its text fenced by a nonce.

    `longest`: the most of an answer's length over the page's that the guards take.
    """
    nonce = secrets.token_hex(16)
    built = build(prompt, question.raw, nonce, question.languages)
    messages: list[dict[str, Any]] = [dict(each) for each in built.as_chat()]
    # A token is a byte or more of what it stands for.
    most_in = sum(len(each["content"].encode()) + _FRAME_TOKENS for each in messages)
    if question.mode is Mode.VISION and question.image is not None:
        most_in += provider.image_tokens
        picture = base64.b64encode(question.image).decode("ascii")
        messages[-1]["content"] = [
            {"type": "text", "text": messages[-1]["content"]},
            {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{picture}"}},
        ]
    most_out = min(provider.max_tokens, most_answer_tokens(question.raw, longest))
    return Request(
        messages,
        provider.parameters_for(prompt, most_out),
        most_in,
        most_out,
        (built.begin, built.end),
    )


def cache_key(question: Question, provider: Provider, prompt: Prompt) -> str:
    """SHA-256, hex, of all that shapes an answer but the nonce."""
    parameters = provider.parameters_for(prompt, 0)
    said = [
        str(question.mode),
        provider.base_url,
        provider.model,
        prompt.key,
        prompt.system,
        prompt.user,
        parameters,
        question.raw,
        list(question.languages),
        hashlib.sha256(question.image).hexdigest() if question.image else None,
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _words(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(part.get("text", "(the picture of the page)") for part in content)
