"""A Celery worker as the product runs it, with kill points in Celery's own counting of chords.

``CHAOS_VISIBILITY_SECONDS`` shortens the broker's visibility timeout below the time of a task;
``CHAOS_CLOCK_SECONDS`` sets the clock that Python sees wrong by so much.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from tests.chaos import clock

clock.shift(float(os.environ.get("CHAOS_CLOCK_SECONDS", "0")))

from celery.__main__ import main  # noqa: E402 after the clock
from celery.app.amqp import AMQP  # noqa: E402
from celery.backends.redis import RedisBackend  # noqa: E402

from octavo.killpoints import killpoint  # noqa: E402


def die_while_counting() -> None:
    """Wrap the count of a chord's parts, and what a task publishes at its end, in kill points."""
    count, publish = RedisBackend.on_chord_part_return, AMQP._retry_publish
    counting = False

    def on_chord_part_return(self: Any, request: Any, *args: Any, **more: Any) -> Any:
        nonlocal counting
        killpoint("chord.before_count")
        counting = True
        try:
            counted = count(self, request, *args, **more)
        finally:
            counting = False
        killpoint("chord.counted")
        return counted

    def retry_publish(self: Any, *args: Any, **more: Any) -> Any:
        what = "chord.{}_body" if counting else "chain.{}_next"
        killpoint(what.format("before"))
        published = publish(self, *args, **more)
        killpoint(what.format("after"))
        return published

    RedisBackend.on_chord_part_return = on_chord_part_return
    AMQP._retry_publish = retry_publish


def shorten_visibility() -> None:
    """Give messages back while their task still runs."""
    seconds = os.environ.get("CHAOS_VISIBILITY_SECONDS")
    if seconds is not None:
        from tasks import app

        app.conf.broker_transport_options = {
            **app.conf.broker_transport_options,
            "visibility_timeout": int(seconds),
            "unacked_restore_interval": 1,
        }


if __name__ == "__main__":
    die_while_counting()
    shorten_visibility()
    sys.exit(main())
