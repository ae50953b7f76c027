"""Why a call gave no answer, and whether it may have cost something.

CallFailed
├── Unreachable   no connection, or the server broke off           retry, the provider's fault
├── TooSlow       the time was up                                  the provider's fault
├── Overloaded    429 or 503 with Retry-After                      retry after `retry_after`
├── ServerFailed  5xx                                              retry, the provider's fault
├── Rejected      4xx: this request is wrong                       no retry
│   └── NotLetIn  401 402 403 404: key, account, model or address  no retry, the provider's fault
└── BadAnswer     too large, no JSON, not the shape, a redirect    no retry, the provider's fault
"""

from __future__ import annotations

from typing import ClassVar


class CallFailed(Exception):
    """No answer came; the message names no text of a page and no secret."""

    outcome: ClassVar[str] = "failed"
    retryable: ClassVar[bool] = False
    providers_fault: bool = True  # counts for the circuit breaker

    def __init__(
        self, message: str, *, maybe_billed: bool, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.maybe_billed = maybe_billed  # the request was sent and may have been worked on
        self.retry_after = retry_after  # seconds


class Unreachable(CallFailed):
    """There is no connection, or it ended before the answer did."""

    outcome = "unreachable"
    retryable = True


class TooSlow(CallFailed):
    """The answer did not come in time."""

    outcome = "too_slow"


class Overloaded(CallFailed):
    """The provider asks to be left alone for a while."""

    outcome = "overloaded"
    retryable = True
    providers_fault = False


class ServerFailed(CallFailed):
    """The provider failed at this request."""

    outcome = "server_failed"
    retryable = True


class Rejected(CallFailed):
    """The provider refuses the request, perhaps for its length."""

    outcome = "request_refused"
    providers_fault = False


class NotLetIn(Rejected):
    """The provider refuses key, account, model or address: an operator must look."""

    outcome = "not_let_in"
    providers_fault = True


class BadAnswer(CallFailed):
    """What came is no answer."""

    outcome = "bad_answer"
