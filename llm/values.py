"""The frozen values of a cleanup: what is asked about a page, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from pipelines.cleanup.values import Mode
from pipelines.values import Word
from store.spending import NANOS


class State(StrEnum):
    """What became of a cleanup."""

    ACCEPTED = "accepted"  # the answer is the page's clean text
    REJECTED = "rejected"  # the guards refused the answer
    SKIPPED = "skipped"  # no model was asked, or none answered


class Skip(StrEnum):
    """Why a page has no answer; docs/cleanup.md says what to do about each."""

    CONFIDENT = "confident"  # the engine is sure of the page
    BLANK_PAGE = "blank_page"
    NO_PROVIDER = "no_provider"  # none does this mode
    MISCONFIGURED = "misconfigured"  # the operator's file cannot be used
    BUDGET_EXHAUSTED = "budget_exhausted"
    SENDS_EXHAUSTED = "sends_exhausted"
    PROVIDER_DOWN = "provider_down"
    PROVIDER_BUSY = "provider_busy"  # its limits left no room in time
    PROVIDER_REFUSED = "provider_refused"  # it takes key, model or request for wrong
    TOO_SLOW = "too_slow"
    BAD_ANSWER = "bad_answer"  # what came is no answer
    GONE = "gone"  # the claim was lost: the result would be dropped anyway
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Question:
    """A page, and what is asked about it."""

    tenant: str
    document_id: UUID
    page: int
    fence: int | None  # of the claim; None: a person tries it
    mode: Mode
    raw: str
    words: tuple[Word, ...] = ()
    languages: tuple[str, ...] = ()
    image: bytes | None = field(default=None, repr=False)  # JPEG, of the mode vision


@dataclass(frozen=True, slots=True)
class Bill:
    """What calls came to."""

    tokens_in: int = 0
    tokens_out: int = 0
    nanos: int = 0
    sends: int = 0
    estimated: bool = False  # some usage was not told, its worst case is counted

    def __add__(self, other: Bill) -> Bill:
        return Bill(
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.nanos + other.nanos,
            self.sends + other.sends,
            self.estimated or other.estimated,
        )


NO_BILL = Bill()


@dataclass(frozen=True, slots=True)
class Cleanup:
    """What came of it; `text` is there when it was accepted."""

    state: State
    mode: Mode
    reason: str | None = None  # Skip, or `pipelines.cleanup.values.Refusal`
    text: str | None = None
    answer: str | None = field(default=None, repr=False)  # as the model gave it; never stored
    asked: str | None = field(default=None, repr=False)  # what it was told; never stored
    detail: str = ""  # figures about a refusal
    provider: str | None = None
    model: str | None = None
    prompt: str | None = None  # id and version
    bill: Bill = NO_BILL
    edits: float | None = None  # share of the raw text's characters
    cached: bool = False

    def report(self) -> dict[str, Any]:
        """What the page keeps of it, and clients see: no text."""
        return {
            "state": str(self.state),
            "reason": None if self.reason is None else str(self.reason),
            "mode": str(self.mode),
            "provider": self.provider,
            "model": self.model,
            "prompt_version": self.prompt,
            "tokens_in": self.bill.tokens_in,
            "tokens_out": self.bill.tokens_out,
            "cost": self.bill.nanos / NANOS,
            "estimated": self.bill.estimated,
            "sends": self.bill.sends,
            "edits": self.edits,
            "cached": self.cached,
        }
