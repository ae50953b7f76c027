"""Files that are made when first asked for: one at a time, each once, whoever asks."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillMaking

from api.problems import BeingMade
from octavo.telemetry.logs import get_logger
from pipelines.errors import PipelineError

_log = get_logger(__name__)
WAIT_SECONDS = 25.0  # below what proxies wait for an answer
MOST_WAITING = 64  # files
REMEMBERED = 256  # failures, so that asking again costs nothing


class Making:
    """A queue of files to be made, in a thread that starts with the first; threads may share it.

    The work itself is done in confined children: what runs here waits for them.
    """

    def __init__(self, name: str, places: threading.Semaphore) -> None:
        """`places`: how many may wait at once; who waits takes a thread that others may need."""
        self._places = places
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=f"octavo-{name}")
        self._lock = threading.RLock()  # a callback may come at once, from within
        self._under_way: dict[str, Future[None]] = {}
        self._failed: OrderedDict[str, PipelineError] = OrderedDict()

    def await_made(self, key: str, make: Callable[[], None]) -> None:
        """Return once `make` has made `key`, for all who ask for the same key together.

        Raises what `make` raises, and BeingMade when that takes long or too many wait; what has
        begun goes on. A PipelineError that no retry would mend is remembered.
        """
        with self._lock:
            if key in self._failed:
                raise self._failed[key]
            future = self._under_way.get(key)
            if future is None:
                if len(self._under_way) >= MOST_WAITING:
                    raise BeingMade("Too many files wait to be made.", retry_after_seconds=30)
                future = self._pool.submit(make)
                self._under_way[key] = future
                future.add_done_callback(lambda done: self._ended(key, done))
        waits = self._places.acquire(blocking=False)
        try:
            future.result(timeout=WAIT_SECONDS if waits else 0)
        except StillMaking:
            raise BeingMade("The file is being made.") from None
        finally:
            if waits:
                self._places.release()

    def close(self) -> None:
        """Make nothing more; what is under way ends first."""
        self._pool.shutdown(cancel_futures=True)

    def _ended(self, key: str, done: Future[None]) -> None:
        with self._lock:
            self._under_way.pop(key, None)
            error = None if done.cancelled() else done.exception()
            if error is not None:  # those who asked may have gone
                _log.warning(
                    "api.not_made", key=key, error=f"{type(error).__name__}: {error}"[:500]
                )
            if isinstance(error, PipelineError) and not error.retryable:
                self._failed[key] = error
                while len(self._failed) > REMEMBERED:
                    self._failed.popitem(last=False)
