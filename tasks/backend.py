"""The result backend: it counts a chord's parts and nothing else."""

from __future__ import annotations

from typing import Any

from celery.backends.redis import RedisBackend


class ChordCounter(RedisBackend):  # type: ignore[misc]
    """Celery's Redis backend without waiting for results.

    Nobody here reads a result. Celery subscribes to a channel a task all the same when a chord is
    published, and a relay would collect them without end.
    """

    def on_task_call(self, producer: Any, task_id: str) -> dict[str, Any]:
        """Nothing: the result will not be waited for."""
        del producer, task_id
        return {}

    def add_pending_result(self, result: Any, *_: Any, **__: Any) -> Any:
        """Nothing, for the same reason."""
        return result

    def remove_pending_result(self, result: Any) -> Any:
        """Nothing was added."""
        return result
