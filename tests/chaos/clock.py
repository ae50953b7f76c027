"""A clock that is wrong, for one Python process."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any


def shift(seconds: float) -> None:
    """From now on `time.time` and `datetime.now` are off by `seconds`; call it before imports.

    The monotonic clock stays right, as it does when a machine's clock is set wrong.
    """
    if not seconds:
        return
    real_time, real = time.time, dt.datetime

    class Shifted(real):  # type: ignore[valid-type, misc]
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return real.now(tz) + dt.timedelta(seconds=seconds)

        @classmethod
        def utcnow(cls) -> Any:
            return real.now(dt.UTC).replace(tzinfo=None) + dt.timedelta(seconds=seconds)

    time.time = lambda: real_time() + seconds
    dt.datetime = Shifted  # type: ignore[misc]
