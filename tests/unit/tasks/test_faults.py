"""Whose fault an error is, and whether the step is tried again."""

from __future__ import annotations

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from pipelines.errors import PageFailed, Reason
from store.objects import errors as objects
from tasks.faults import sorted_out


@pytest.mark.parametrize(
    ("error", "reason", "retry"),
    [
        (PageFailed(Reason.PAGE_TOO_LARGE, "Too large."), Reason.PAGE_TOO_LARGE, False),
        (objects.ObjectMissing("gone"), Reason.OBJECT_MISSING, False),
        (objects.ObjectChanged("another"), Reason.OBJECT_CHANGED, False),
        (objects.ChecksumMismatch("torn"), Reason.OBJECT_CHANGED, True),
        (objects.ObjectStoreUnavailable("away"), Reason.OBJECT_MISSING, True),
        (MemoryError(), Reason.OUT_OF_MEMORY, True),
        (SoftTimeLimitExceeded(), Reason.TIMEOUT, False),
        (ValueError("the secret of the house"), Reason.INTERNAL, True),
    ],
)
def test_an_error_says_what_failed_and_whether_to_try_again(
    error: Exception, reason: Reason, retry: bool
) -> None:
    fault = sorted_out(error)
    assert (fault.failure.reason, fault.retry) == (reason, retry)
    assert "secret" not in (fault.failure.detail or "")


def test_only_an_outage_costs_no_attempt() -> None:
    assert sorted_out(objects.ObjectStoreUnavailable("away")).refund
    assert not sorted_out(objects.ChecksumMismatch("torn")).refund
    assert not sorted_out(MemoryError()).refund


def test_what_may_pass_by_itself_is_waited_for_longer() -> None:
    assert sorted_out(objects.ObjectStoreUnavailable("away")).wait > sorted_out(MemoryError()).wait


def test_advice_is_kept_with_what_happened() -> None:
    error = PageFailed(Reason.PAGE_TOO_LARGE, "Too large.", advice="Split it.")
    assert sorted_out(error).failure.detail == "Too large. Split it."
