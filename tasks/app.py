"""The Celery app, and what each worker process does when it is born and when it ends."""

from __future__ import annotations

import gc
import sys
import warnings
from typing import Any

from billiard.process import current_process
from celery import Celery, signals
from celery.exceptions import SecurityWarning

from octavo.settings import settings
from octavo.telemetry import instrument, logs, serving, sharing, tracing
from pipelines.engines import memory
from store.findings import EXIT_CODE, StartRefused
from tasks import context
from tasks.config import celery_config

memory.share_heap()  # here, before any library starts a thread

# What Celery fears of root is pickle, and only JSON is read here (it refuses to start otherwise).
# Whoever can change the user does so in the container or the unit file.
warnings.filterwarnings(
    "ignore", r"\s*You're running the worker with superuser privileges", SecurityWarning
)

app = Celery(
    "octavo",
    include=[
        "tasks.aggregate",
        "tasks.canary",
        "tasks.llm",
        "tasks.maintenance",
        "tasks.notify",
        "tasks.ocr",
        "tasks.split",
    ],
)
app.config_from_object(celery_config(settings()))


@signals.setup_logging.connect
def _log(**_: Any) -> None:
    """Structured logs instead of Celery's own set-up."""
    logs.configure("worker", settings().log_level, settings().log_format)


@signals.worker_init.connect
def _prepare(**_: Any) -> None:
    """Before the first task: the schema is there, and the broker will not forget."""
    _log()  # Celery sends this signal before the one that sets up the log
    try:
        context.prepare()
    except StartRefused as refused:
        logs.get_logger(__name__).error("start.refused", why=str(refused))
        sys.exit(EXIT_CODE)
    serving.serve(settings().metrics_host, settings().metrics_port)


@signals.worker_process_init.connect
def _born(**_: Any) -> None:
    """After the fork: tracing, counts and connections belong to this process."""
    sharing.take_place(getattr(current_process(), "index", 0))
    tracing.setup("worker")
    instrument.celery()
    instrument.redis()
    gc.freeze()  # collections skip what is loaded now: it stays


@signals.worker_process_shutdown.connect
def _ends(**_: Any) -> None:
    """Give back connections, temporary files and spans."""
    context.close()
    tracing.shutdown()
