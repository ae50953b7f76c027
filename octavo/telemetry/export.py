"""A span processor that gives every forked process its own sender."""

from __future__ import annotations

import os
from threading import Lock

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor


class ExportEachProcess(SpanProcessor):
    """Batches and sends ended spans; the sender is made at the first span of a process.

    The SDK's own processor restarts its thread after a fork but keeps its parent's sockets,
    so that two processes would write into one connection.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._sender: BatchSpanProcessor | None = None
        self._closed = False
        os.register_at_fork(after_in_child=self._forget)

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Nothing is sent of a span that runs."""

    def on_end(self, span: ReadableSpan) -> None:
        if not self._closed:
            self._open().on_end(span)

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        sender = self._sender
        return sender is None or sender.force_flush(timeout_millis)

    def shutdown(self) -> None:
        self._closed = True
        if self._sender is not None:
            self._sender.shutdown()

    def _open(self) -> BatchSpanProcessor:
        with self._lock:
            if self._sender is None:
                self._sender = BatchSpanProcessor(OTLPSpanExporter())
            return self._sender

    def _forget(self) -> None:
        self._lock = Lock()
        self._sender = None
        self._closed = False
