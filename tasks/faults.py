"""What a step failed of: the page, the machine, or a fault of ours; and what that costs."""

from __future__ import annotations

from dataclasses import dataclass

from celery.exceptions import SoftTimeLimitExceeded

from octavo.telemetry import logs
from pipelines.errors import PipelineError, Reason
from store.claims import Failure
from store.objects import errors as objects

_log = logs.get_logger(__name__)
# A claim given back is driven again by the first sweep after this.
_OWN_FAULT_SECONDS = 1.0
_OUTAGE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Fault:
    """What a step failed of, and whether it is tried again."""

    failure: Failure
    retry: bool
    refund: bool = False  # the system's fault: the attempt does not count
    wait: float = _OWN_FAULT_SECONDS  # until another attempt


def sorted_out(error: Exception) -> Fault:
    """The fault that `error` is: the page's, the machine's, or ours."""
    match error:
        case PipelineError():
            detail = f"{error.message} {error.advice}".strip()
            return Fault(Failure(error.reason, detail, error.retryable), error.retryable)
        case objects.ObjectMissing():
            return Fault(Failure(Reason.OBJECT_MISSING, str(error)), retry=False)
        case objects.ChecksumMismatch():
            # Bytes may change on their way; what has changed in the store fails every attempt.
            failure = Failure(Reason.OBJECT_CHANGED, str(error), retryable=True)
            return Fault(failure, retry=True, wait=_OUTAGE_SECONDS)
        case objects.ObjectChanged():
            return Fault(Failure(Reason.OBJECT_CHANGED, str(error)), retry=False)
        case objects.ObjectStoreUnavailable():
            failure = Failure(Reason.OBJECT_MISSING, str(error), retryable=True)
            return Fault(failure, retry=True, refund=True, wait=_OUTAGE_SECONDS)
        case MemoryError():
            detail = "The worker ran out of memory. Try again, or give workers more memory."
            return Fault(Failure(Reason.OUT_OF_MEMORY, detail, retryable=True), retry=True)
        case SoftTimeLimitExceeded():
            detail = (
                "The work took longer than it may. Raise OCTAVO_RENDER_SECONDS or"
                " OCTAVO_RECOGNIZE_SECONDS, or split the file."
            )
            return Fault(Failure(Reason.TIMEOUT, detail), retry=False)
        case _:
            _log.exception("step.unexpected", exc_info=error)
            detail = f"An unexpected error ({type(error).__name__}); the log has the details."
            return Fault(Failure(Reason.INTERNAL, detail, retryable=True), retry=True)
