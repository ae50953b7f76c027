"""Celery's settings, each with the failure that asked for it."""

from __future__ import annotations

import math
from typing import Any

from octavo.broker import FIRST, KEY_PREFIX, LATER, QUEUES
from octavo.limits import limits
from octavo.settings import Settings
from tasks import names

_GRACE_SECONDS = 30
_CLOCKS_DIFFER_SECONDS = 600.0  # at most, between two machines


def time_limit(settings: Settings) -> int:
    """The longest any task may take, in seconds: to look at a file, read or clean a page; grace."""
    bounds = limits(settings)
    longest = max(bounds.inspect_seconds, bounds.page_seconds, math.ceil(settings.cleanup_seconds))
    return longest + 2 * _GRACE_SECONDS


def celery_config(settings: Settings) -> dict[str, Any]:
    """Lower-case Celery settings for this deployment."""
    broker = settings.broker_url.get_secret_value()
    transport = {
        # A message whose worker vanished comes back after this; above the longest time limit,
        # so that it is not taken from a worker that is still at it.
        "visibility_timeout": time_limit(settings) + 60,
        # kombu looks for such messages every interval * throttle seconds (100 by default).
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "priority_steps": [FIRST, LATER],
        "socket_timeout": 20,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 10,
        # No retry_on_timeout: with it, kombu does not write batches in one go.
        "global_keyprefix": KEY_PREFIX,
    }
    return {
        "broker_url": broker,
        # A backend that only counts the parts of chords.
        "result_backend": f"tasks.backend.ChordCounter+{broker}",
        "broker_transport_options": transport,
        "result_backend_transport_options": {"global_keyprefix": KEY_PREFIX},
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "redis_socket_timeout": 20,
        "redis_socket_connect_timeout": 5,
        "redis_socket_keepalive": True,
        "redis_retry_on_timeout": True,
        "redis_backend_health_check_interval": 10,
        # JSON only: a pickle from the broker would be code.
        "task_serializer": "json",
        "result_serializer": "json",
        "accept_content": ["json"],
        "result_accept_content": ["json"],
        # A typo in a queue's name is an error, not a queue that nobody reads.
        "task_queues": {name: {"exchange": name, "routing_key": name} for name in QUEUES},
        "task_create_missing_queues": False,
        "task_default_queue": "maintenance",
        # A message is done when its work is done; a killed child gives it back.
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_retry_on_worker_lost": True,
        "worker_cancel_long_running_tasks_on_connection_loss": True,
        # Results carry nothing; chords only count.
        "task_ignore_result": True,
        "task_store_errors_even_if_ignored": False,
        "result_chord_ordered": False,
        "result_expires": 24 * 3600,
        "result_chord_expires": 7 * 24 * 3600,
        # One message at a time: a page must not wait behind a slow one in the same process.
        "worker_prefetch_multiplier": 1,
        "task_soft_time_limit": time_limit(settings) - _GRACE_SECONDS,
        "task_time_limit": time_limit(settings),
        # The relay tries again by itself; it must not hang in here.
        "task_publish_retry": True,
        "task_publish_retry_policy": {
            "max_retries": 2,
            "interval_start": 0.1,
            "interval_step": 0.2,
            "interval_max": 0.5,
        },
        "worker_soft_shutdown_timeout": 10.0,
        "worker_max_tasks_per_child": 1000,
        "worker_hijack_root_logger": False,
        # For Flower only; nothing here depends on events.
        "worker_send_task_events": True,
        "task_send_sent_event": False,
        "task_track_started": False,
        "timezone": "UTC",
        "enable_utc": True,
        "beat_schedule": {
            "sweep": _every(settings.sweep_seconds, names.SWEEP),
            "collect": _every(settings.collect_seconds, names.COLLECT),
            **{
                f"canary-{queue}": _every(settings.canary_seconds, names.CANARY, queue)
                for queue in QUEUES
            },
        },
    }


def _every(seconds: float, task: str, queue: str = "maintenance") -> dict[str, Any]:
    """A message that is forgotten some time after the next ones have come.

    The time is judged by the worker's clock: one that runs ahead of beat's by more than that would
    throw every sweep away.
    """
    options = {"queue": queue, "expires": float(seconds) + _CLOCKS_DIFFER_SECONDS}
    return {"task": task, "schedule": float(seconds), "options": options}
