"""The exposition: Octavo's own metrics and collectors."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families

from octavo.telemetry import metrics


@pytest.fixture(autouse=True)
def own_collectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_collectors", {})


class Documents:
    def collect(self) -> Iterable[Metric]:
        family = GaugeMetricFamily("octavo_documents", "By state.", labels=["state"])
        family.add_metric(["completed"], 3)
        yield family


class Broken:
    def collect(self) -> Iterable[Metric]:
        raise ConnectionError("database down")


def samples(text: bytes) -> dict[str, float]:
    return {
        sample.name
        + "".join(f"|{value}" for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def test_what_is_counted_is_exposed() -> None:
    before = samples(metrics.exposition()[0]).get("octavo_pages_total|null|done", 0)
    metrics.PAGES.labels("done", "null").inc()
    metrics.STAGE_SECONDS.labels("recognize").observe(0.5)
    body, content_type = metrics.exposition()

    assert content_type.startswith("text/plain")
    seen = samples(body)
    assert seen["octavo_pages_total|null|done"] == before + 1
    assert seen["octavo_stage_seconds_bucket|1.0|recognize"] >= 1
    assert (
        seen["octavo_stage_seconds_bucket|0.3|recognize"]
        < seen["octavo_stage_seconds_count|recognize"]
    )


def test_a_broken_collector_costs_only_itself() -> None:
    metrics.add_collector("broken", Broken())
    metrics.add_collector("documents", Documents())
    metrics.add_collector("documents", Documents())

    seen = samples(metrics.exposition()[0])
    assert seen["octavo_documents|completed"] == 3
    assert seen["octavo_collector_up|broken"] == 0
    assert seen["octavo_collector_up|documents"] == 1
