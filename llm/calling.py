"""One provider asked about one page: let through, asked, and asked again while there is time."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from uuid import UUID

from llm import client, errors, prompting
from llm.booking import NOTHING, OpenCall
from llm.config import ConfigInvalid, Provider
from llm.desk import Desk
from llm.values import Bill, Question, Skip
from octavo.telemetry import logs, tracing
from pipelines.cleanup.prompts import Prompt
from pipelines.deadline import Deadline
from store import ledger
from store.spending import NANOS

_log = logs.get_logger(__name__)
_TRIES = 3  # of one provider, within the page's time
_BACKOFF = 0.5  # seconds before the second try; doubled, and spread by up to half
_SETTLING = 30.0  # seconds beyond a call's own until it counts as abandoned
_LEAST = 1.0  # seconds that a call must have left
_LOOK_AGAIN = 5.0  # seconds; whoever waits asks in between whether the page is still wanted

_OF_REFUSAL = {
    ledger.Refusal.GONE: Skip.GONE,
    ledger.Refusal.SENDS: Skip.SENDS_EXHAUSTED,
    ledger.Refusal.BUDGET: Skip.BUDGET_EXHAUSTED,
    ledger.Refusal.DOWN: Skip.PROVIDER_DOWN,
    ledger.Refusal.BUSY: Skip.PROVIDER_BUSY,
}
_OF_FAILURE: dict[type[errors.CallFailed], Skip] = {
    errors.Unreachable: Skip.PROVIDER_DOWN,
    errors.ServerFailed: Skip.PROVIDER_DOWN,
    errors.TooSlow: Skip.TOO_SLOW,
    errors.Overloaded: Skip.PROVIDER_BUSY,
    errors.Rejected: Skip.PROVIDER_REFUSED,
    errors.NotLetIn: Skip.PROVIDER_REFUSED,
    errors.BadAnswer: Skip.BAD_ANSWER,
}


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, and what it answers."""

    answer: client.Answer
    request: prompting.Request


@dataclass(frozen=True, slots=True)
class Called:
    """What asking a provider came to."""

    got: Answered | Skip
    bill: Bill


def call(
    desk: Desk, provider: Provider, prompt: Prompt, question: Question, deadline: Deadline
) -> Called:
    """The provider's answer, or why there is none, within `deadline`.

    Raises what the database raises; a call that was open then is booked at its worst in time.
    """
    bill = Bill()
    for number in range(1, _TRIES + 1):
        longest = desk.models.guards.of(question.mode).longest
        request = prompting.request_of(question, provider, prompt, longest)
        granted = _granted(desk, provider, prompt, question, request, deadline)
        if isinstance(granted, Skip):
            return Called(granted, bill)
        try:
            answer, cost = _send(desk, provider, request, granted, deadline)
        except _Unanswered as failed:
            bill += failed.bill
            wait = _BACKOFF * 2 ** (number - 1) * random.uniform(1, 1.5)  # noqa: S311
            last = number == _TRIES or not failed.error.retryable
            if last or max(wait, failed.error.retry_after or 0) + _LEAST > deadline.left():
                return Called(_OF_FAILURE[type(failed.error)], bill)
            time.sleep(wait)  # a longer Retry-After is kept by the gate, for all who ask
        else:
            return Called(Answered(answer, request), bill + cost)
    raise AssertionError("the last try returns")


class _Unanswered(Exception):
    def __init__(self, error: errors.CallFailed, bill: Bill) -> None:
        super().__init__(error.outcome)
        self.error = error
        self.bill = bill


def _granted(
    desk: Desk,
    provider: Provider,
    prompt: Prompt,
    question: Question,
    request: prompting.Request,
    deadline: Deadline,
) -> UUID | Skip:
    """Wait for the provider's gate, at most until the deadline."""
    budgets = desk.models.budgets
    bounds = ledger.Bounds(
        document_nanos=budgets.of_document(),
        tenant_nanos=budgets.of_tenant(question.tenant),
        sends=desk.settings.cleanup_sends,
    )
    while True:
        ask = ledger.Ask(
            tenant=question.tenant,
            document_id=question.document_id,
            page=question.page,
            fence=question.fence,
            provider=provider.name,
            model=provider.model,
            mode=str(question.mode),
            prompt_version=prompt.key,
            worst_nanos=provider.nanos(request.most_in, request.most_out),
            seconds=_seconds(provider, deadline) + _SETTLING,
        )
        with desk.database.begin() as session:
            found = ledger.reserve(session, ask, bounds, provider.gate)
        if isinstance(found, UUID):
            return found
        if found.why is ledger.Refusal.BUDGET:
            _log.warning(
                "llm.over_budget",
                provider=provider.name,
                worst=ask.worst_nanos / NANOS,
                document_budget=_in_currency(bounds.document_nanos),
                tenant_budget=_in_currency(bounds.tenant_nanos),
            )
        if found.why is not ledger.Refusal.BUSY or found.wait_seconds + _LEAST > deadline.left():
            return _OF_REFUSAL[found.why]
        time.sleep(min(found.wait_seconds, _LOOK_AGAIN))


def _in_currency(nanos: int | None) -> float | None:
    return None if nanos is None else nanos / NANOS


def _send(
    desk: Desk,
    provider: Provider,
    request: prompting.Request,
    call_id: UUID,
    deadline: Deadline,
) -> tuple[client.Answer, Bill]:
    """Ask, and book what it cost whatever comes. Raises _Unanswered."""
    seconds = _seconds(provider, deadline)
    with tracing.span("llm.call", provider=provider.name, model=provider.model) as span:
        call = OpenCall(desk.database, provider, call_id, request, span)
        try:
            answer = client.ask(
                provider,
                provider.key(desk.settings),
                request.messages,
                request.parameters,
                seconds=seconds,
            )
        except errors.CallFailed as error:
            if isinstance(error, errors.TooSlow) and seconds < provider.seconds:
                error.providers_fault = False  # the page had no more time left
            _log.warning(
                "llm.call_failed", provider=provider.name, outcome=error.outcome, why=str(error)
            )
            bill = call.book(error, call.worst if error.maybe_billed else NOTHING)
            raise _Unanswered(error, bill) from None
        except ConfigInvalid:
            call.book("misconfigured", NOTHING)
            raise
        except Exception:
            call.book("interrupted", call.worst)
            raise
        return answer, call.book("answered", call.cost_of(answer))


def _seconds(provider: Provider, deadline: Deadline) -> float:
    return max(_LEAST, min(provider.seconds, deadline.left()))
