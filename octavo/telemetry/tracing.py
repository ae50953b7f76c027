"""Traces that follow a document through HTTP, outbox, broker and workers.

Spans are exported by OTLP over HTTP (protobuf) when ``OTEL_EXPORTER_OTLP_ENDPOINT`` or
``OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`` is set; the other standard ``OTEL_`` variables hold too.
Without them every function here still works and costs next to nothing, and a trace context that
came in is still carried on.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING

from opentelemetry import context, trace
from opentelemetry.trace import Span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

if TYPE_CHECKING:
    from octavo.telemetry.export import ExportEachProcess

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
Attribute = str | int | float | bool

_w3c = TraceContextTextMapPropagator()
_exporting: ExportEachProcess | None = None


def wanted() -> bool:
    """Whether the environment names a collector."""
    return any(os.environ.get(name) for name in ENDPOINTS)


def setup(role: str) -> bool:
    """Export this process's spans as service ``octavo-<role>``; whether they are exported.

    The first call counts, later ones change nothing. A process forked afterwards exports on
    connections of its own, under the same service name.
    """
    global _exporting
    if _exporting is None and wanted():
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider

        from octavo.telemetry.export import ExportEachProcess

        resource = Resource.create(
            {"service.name": f"octavo-{role}", "service.version": version("octavo")}
        )
        provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        _exporting = ExportEachProcess()
        provider.add_span_processor(_exporting)
        trace.set_tracer_provider(provider)
    return _exporting is not None


def flush() -> None:
    """Send what is waiting; a collector that is down costs its timeout, never an error."""
    if _exporting is not None:
        _exporting.force_flush()


def shutdown() -> None:
    """Send what is waiting and stop this process's sender; spans after it are dropped."""
    if _exporting is not None:
        _exporting.shutdown()


@contextmanager
def span(name: str, **attributes: Attribute | None) -> Iterator[Span]:
    """A span around a block, its attributes as ``octavo.<name>``; an exception marks it failed.

    Only the exception's type is kept: its words may quote a page.
    """
    given = {f"octavo.{key}": value for key, value in attributes.items() if value is not None}
    tracer = trace.get_tracer("octavo")
    with tracer.start_as_current_span(
        name, attributes=given, record_exception=False, set_status_on_exception=False
    ) as opened:
        try:
            yield opened
        except BaseException as error:
            opened.set_attribute("error.type", type(error).__qualname__)
            opened.set_status(trace.StatusCode.ERROR)
            raise


def carry() -> dict[str, str]:
    """The current trace context as W3C headers, for an outbox row or a task; {} outside a trace."""
    carrier: dict[str, str] = {}
    _w3c.inject(carrier)
    return carrier


@contextmanager
def resume(carrier: Mapping[str, str] | None) -> Iterator[None]:
    """Go on with the trace that `carry` put down; a missing or damaged one begins a new trace."""
    token = context.attach(_w3c.extract(carrier or {}, context=context.Context()))
    try:
        yield
    finally:
        context.detach(token)


@contextmanager
def joined(carrier: Mapping[str, str] | None) -> Iterator[None]:
    """Stay in the current trace; outside any, go on with the one that `carry` put down.

    Where nothing is exported no task has a trace of its own, and what it causes elsewhere would
    begin a new one.
    """
    if current_ids() is not None:
        yield
        return
    with resume(carrier):
        yield


def current_ids() -> tuple[str, str] | None:
    """Trace id (32 hex digits) and span id (16) of the current span; None outside a trace."""
    at = trace.get_current_span().get_span_context()
    return (f"{at.trace_id:032x}", f"{at.span_id:016x}") if at.is_valid else None
