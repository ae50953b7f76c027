"""What a call cost and came to: into the ledger, the provider's gate, metrics and trace."""

from __future__ import annotations

from time import perf_counter
from uuid import UUID

from opentelemetry.trace import Span
from sqlalchemy.orm import Session

from llm.client import Answer
from llm.config import Provider
from llm.errors import CallFailed
from llm.prompting import Request
from llm.values import Bill
from octavo.telemetry import metrics
from store import gates, ledger
from store.database import Database
from store.ledger import Cost

NOTHING = Cost(0, 0, 0)


class OpenCall:
    """A call that was let through, from now on until it is booked."""

    def __init__(
        self, database: Database, provider: Provider, call_id: UUID, request: Request, span: Span
    ) -> None:
        """`call_id`: as `store.ledger.reserve` gave it; `span`: of the trace, for figures."""
        self._database = database
        self._provider = provider
        self._call_id = call_id
        self._span = span
        self._began = perf_counter()
        self.worst = Cost(
            provider.nanos(request.most_in, request.most_out),
            request.most_in,
            request.most_out,
            estimated=True,
        )

    def cost_of(self, answer: Answer) -> Cost:
        """What the provider says it was, the worst case where it does not say."""
        worst = self.worst
        tokens_in = worst.tokens_in if answer.tokens_in is None else answer.tokens_in
        tokens_out = worst.tokens_out if answer.tokens_out is None else answer.tokens_out
        told = answer.tokens_in is not None and answer.tokens_out is not None
        nanos = self._provider.nanos(tokens_in, tokens_out)
        return Cost(nanos, tokens_in, tokens_out, estimated=not told)

    def book(self, came: CallFailed | str, cost: Cost) -> Bill:
        """Take `cost` from what was held; `came`: the error, or the outcome in one word.

        Raises what the database raises: the call is then booked at its worst in time.
        """
        outcome = came if isinstance(came, str) else came.outcome
        seconds = perf_counter() - self._began
        with self._database.begin() as session:
            ledger.settle(session, self._call_id, outcome, cost, seconds)
            if isinstance(came, CallFailed):
                self._slow_down(session, came)
            elif came == "answered":
                gates.well(session, self._provider.gate)
        self._tell(outcome, cost, seconds)
        return Bill(cost.tokens_in, cost.tokens_out, cost.nanos, 1, cost.estimated)

    def _slow_down(self, session: Session, failed: CallFailed) -> None:
        if failed.providers_fault:
            gates.failed(session, self._provider.gate)
        if failed.retry_after is not None:
            gates.pause(session, self._provider.gate, failed.retry_after)

    def _tell(self, outcome: str, cost: Cost, seconds: float) -> None:
        self._span.set_attribute("octavo.outcome", outcome)
        self._span.set_attribute("octavo.tokens_in", cost.tokens_in)
        self._span.set_attribute("octavo.tokens_out", cost.tokens_out)
        self._span.set_attribute("octavo.cost_nanos", cost.nanos)
        name = self._provider.name
        metrics.LLM_CALLS.labels(provider=name, outcome=outcome).inc()
        metrics.LLM_SECONDS.labels(provider=name).observe(seconds)
        metrics.LLM_TOKENS.labels(provider=name, direction="in").inc(cost.tokens_in)
        metrics.LLM_TOKENS.labels(provider=name, direction="out").inc(cost.tokens_out)
        metrics.LLM_COST.labels(provider=name).inc(cost.nanos / 1e9)
