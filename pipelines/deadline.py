"""A stretch of time that several steps of one piece of work share."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from pipelines.errors import PageFailed, Reason


@dataclass(frozen=True, slots=True)
class Deadline:
    """`seconds` from when it `began` by the monotonic clock."""

    began: float
    seconds: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """One that begins now."""
        return cls(monotonic(), seconds)

    def spent(self) -> float:
        """Seconds since it began."""
        return monotonic() - self.began

    def left(self) -> float:
        """Seconds until it is over; 0 from then on."""
        return max(0.0, self.seconds - self.spent())

    def check(self) -> None:
        """Raise PageFailed TIMEOUT once it is over."""
        if not self.left():
            raise too_slow(self.seconds)


def too_slow(seconds: float) -> PageFailed:
    """The error of a page that had `seconds` and was not read in them."""
    return PageFailed(Reason.TIMEOUT, f"The page took more than {seconds:.3g} s to recognise.")
