"""Octavo's metrics, all named here, and their exposition for Prometheus.

Several processes of one machine (gunicorn workers, prefork pools) share their counts when
``PROMETHEUS_MULTIPROC_DIR`` names one directory before the first import; whoever starts them
empties it first. A process with ``OCTAVO_METRICS_PORT`` makes one for itself and its children.
Gauges read from the database come from collectors added by the API.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Protocol

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
    values,
)
from prometheus_client.core import GaugeMetricFamily, Metric

from octavo.telemetry import sharing
from octavo.telemetry.logs import get_logger

if sharing.wanted():
    # Before the first metric: each takes its kind of value when it is made.
    values.ValueClass = values.MultiProcessValue(sharing.process_name)

REGISTRY = CollectorRegistry()
STAGE_BUCKETS = (0.01, 0.03, 0.1, 0.3, 1, 2, 4, 8, 15, 30, 60, 120, 180)  # seconds

HTTP_REQUESTS = Counter(
    "octavo_http_requests_total",
    "Requests answered, by route template and status.",
    ["method", "route", "status"],
    registry=REGISTRY,
)
HTTP_SECONDS = Histogram(
    "octavo_http_request_seconds",
    "Time to answer a request, by route template.",
    ["method", "route"],
    registry=REGISTRY,
)
PAGES = Counter(
    "octavo_pages_total",
    "Pages that reached an end, by outcome (done, failed) and engine (none when it failed).",
    ["outcome", "engine"],
    registry=REGISTRY,
)
CACHE = Counter(
    "octavo_page_cache_total",
    "Pages looked for among those read before, by what they are found by (source: their file,"
    " raster: their pixels) and outcome (hit, miss).",
    ["found_by", "outcome"],
    registry=REGISTRY,
)
ESCALATIONS = Counter(
    "octavo_escalations_total",
    "Pages that a second engine read too, by whose words were kept (first, second, both), or failed"
    " to.",
    ["outcome"],
    registry=REGISTRY,
)
STAGE_SECONDS = Histogram(
    "octavo_stage_seconds",
    "Time of one stage (split, recognize, clean, aggregate) on one document or page, and of the"
    " parts of recognize (render, read).",
    ["stage"],
    buckets=STAGE_BUCKETS,
    registry=REGISTRY,
)
OUTBOX_EVENTS = Counter(
    "octavo_outbox_events_total",
    "Outbox rows the relay handled, by outcome (published, failed).",
    ["outcome"],
    registry=REGISTRY,
)
LLM_CALLS = Counter(
    "octavo_llm_calls_total",
    "Calls to language models, by provider and outcome (answered, unreachable, too_slow, ...).",
    ["provider", "outcome"],
    registry=REGISTRY,
)
LLM_SECONDS = Histogram(
    "octavo_llm_seconds",
    "Time of one call to a language model.",
    ["provider"],
    buckets=STAGE_BUCKETS,
    registry=REGISTRY,
)
LLM_TOKENS = Counter(
    "octavo_llm_tokens_total",
    "Tokens that calls counted, by provider and direction (in, out).",
    ["provider", "direction"],
    registry=REGISTRY,
)
LLM_COST = Counter(
    "octavo_llm_cost_total",
    "What calls cost, in the currency of the prices.",
    ["provider"],
    registry=REGISTRY,
)
CLEANUPS = Counter(
    "octavo_cleanups_total",
    "Pages a model was wanted for, by state (accepted, rejected, skipped) and reason.",
    ["state", "reason"],
    registry=REGISTRY,
)
REPAIRS = Counter(
    "octavo_sweeper_repairs_total",
    "Gaps the sweeper closed, by kind.",
    ["kind"],
    registry=REGISTRY,
)


class Collector(Protocol):
    """Anything that computes metrics when it is asked."""

    def collect(self) -> Iterable[Metric]: ...


_collectors: dict[str, Collector] = {}


def add_collector(name: str, collector: Collector) -> None:
    """Ask `collector` at every exposition; the same name again replaces the former."""
    _collectors[name] = collector


def exposition() -> tuple[bytes, str]:
    """The text of ``/metrics`` and its content type.

    A collector that fails costs only its own metrics: ``octavo_collector_up`` says which.
    """
    return generate_latest(registry()), CONTENT_TYPE_LATEST


def registry() -> CollectorRegistry:
    """All of it, computed anew each time the registry is asked."""
    made = CollectorRegistry()
    made.register(_Everything())
    return made


def _collected() -> list[Metric]:
    up = GaugeMetricFamily(
        "octavo_collector_up", "Whether a collector answered.", labels=["collector"]
    )
    found: list[Metric] = []
    for name, collector in _collectors.items():
        try:
            found.extend(collector.collect())
            up.add_metric([name], 1)
        except Exception as error:  # noqa: BLE001 - one broken source must not blind the others
            get_logger(__name__).warning(
                "metrics collector failed", collector=name, error=type(error).__name__
            )
            up.add_metric([name], 0)
    return [*found, up]


class _Everything:
    def collect(self) -> Iterable[Metric]:
        if os.environ.get(sharing.DIRECTORY):
            yield from multiprocess.MultiProcessCollector(CollectorRegistry()).collect()
        else:
            yield from REGISTRY.collect()
        yield from _collected()

    def describe(self) -> Iterable[Metric]:
        return []
