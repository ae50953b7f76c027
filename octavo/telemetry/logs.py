"""The structured log: a JSON object a line on stderr, from structlog and the standard library.

Every line has ``timestamp`` (UTC), ``level``, ``event``, ``logger``, ``role``, and where they are
known ``document_id``, ``page``, ``task_id``, ``trace_id``, ``span_id``. Page text never appears.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any, Literal

import structlog
from structlog.typing import Processor

from octavo.telemetry.redact import guard
from octavo.telemetry.tracing import current_ids

# They bring handlers of their own; their records go through ours instead.
FOREIGN = (
    "alembic",
    "celery",
    "celery.redirected",
    "celery.task",
    "flower",
    "gunicorn.access",
    "gunicorn.error",
    "py.warnings",
    "tornado.access",
    "werkzeug",
)


def configure(role: str, level: str = "INFO", fmt: Literal["json", "console"] = "json") -> None:
    """Send every log record of this process to stderr in one shape; a second call replaces it.

    Celery must be kept from adding its own: connect this to its ``setup_logging`` signal.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        _task_id_of_celery,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _Role(role),
        _trace_ids,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        guard,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(fmt),
            ],
        )
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    _take_over(handler, level)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger whose events are short fixed phrases and whose facts are keyword arguments."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


@contextmanager
def bind(
    *,
    document_id: object | None = None,
    page: int | None = None,
    task_id: str | None = None,
    **more: str | int,
) -> Iterator[None]:
    """Put these on every line logged inside the block, in this thread or task."""
    given = {
        "document_id": None if document_id is None else str(document_id),
        "page": page,
        "task_id": task_id,
        **more,
    }
    known = {name: value for name, value in given.items() if value is not None}
    with structlog.contextvars.bound_contextvars(**known):
        yield


class _Role:
    def __init__(self, role: str) -> None:
        self._role = role

    def __call__(
        self, _logger: Any, _method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        event["role"] = self._role
        return event


def _task_id_of_celery(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Celery's records carry, as `data`, all that their words say: the task's id is enough."""
    if event.get("logger", "").startswith("celery.") and isinstance(event.get("data"), Mapping):
        data = event.pop("data")
        if "id" in data:
            event.setdefault("task_id", data["id"])
    return event


def _trace_ids(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    ids = current_ids()
    if ids is not None:
        event["trace_id"], event["span_id"] = ids
    return event


def _renderer(fmt: str) -> Processor:
    if fmt == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())


def _take_over(handler: logging.Handler, level: str) -> None:
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in FOREIGN:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    logging.captureWarnings(capture=True)
