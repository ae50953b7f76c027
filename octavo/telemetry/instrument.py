"""Spans from the libraries: one function a library, nothing done when no collector is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentelemetry import metrics, trace

from octavo.telemetry.tracing import wanted

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Engine

UNTRACED = "livez,readyz,metrics"  # asked every few seconds by machines


def flask(app: Flask) -> None:
    """A span a request, named by its route, continuing the caller's ``traceparent``."""
    if wanted():
        from opentelemetry.instrumentation.flask import FlaskInstrumentor

        FlaskInstrumentor().instrument_app(app, excluded_urls=UNTRACED, enable_commenter=False)


def sqlalchemy(engine: Engine) -> None:
    """A span a statement on this engine, with its text and without its parameters.

    The engine's tracer is attached directly: the instrumentor of 0.66b1 declares SQLAlchemy
    below 2.1 and refuses the present one without a word, though its tracer works on it.
    """
    if wanted():
        from opentelemetry.instrumentation.sqlalchemy.engine import EngineTracer

        usage = metrics.get_meter("octavo").create_up_down_counter("db.client.connections.usage")
        EngineTracer(trace.get_tracer("octavo.sqlalchemy"), engine, usage)


def redis() -> None:
    """A span a command of every Redis client in this process."""
    if wanted():
        from opentelemetry.instrumentation.redis import RedisInstrumentor

        instrumentor = RedisInstrumentor()
        if not instrumentor.is_instrumented_by_opentelemetry:
            instrumentor.instrument()


def celery() -> None:
    """A span a task published and a task run, joined by the task's headers.

    Call from ``worker_process_init``. A task published by a name that this process has not
    registered is joined too; only its publish span ends before the message is sent (0.66b1).
    """
    if wanted():
        from opentelemetry.instrumentation.celery import CeleryInstrumentor

        instrumentor = CeleryInstrumentor()
        if not instrumentor.is_instrumented_by_opentelemetry:
            instrumentor.instrument()
