"""Gauges read when they are asked for: documents, pages, outbox, queues."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import text

from api.checks import open_broker
from api.services import Services
from octavo import broker
from octavo.telemetry import metrics
from store import canaries, counts, outbox_rows


class DatabaseGauges:
    """What Postgres knows."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterable[Metric]:
        """Counts of what is open, given two seconds each."""
        with self._services.database.begin() as session:
            session.execute(text("SET LOCAL statement_timeout = '2s'"))
            documents = counts.open_documents(session)
            pages = counts.open_pages(session)
            backlog = outbox_rows.backlog(session)
            ages = canaries.ages(session)
        yield _family(
            "octavo_documents_open", "Documents that have not ended, by state.", "state", documents
        )
        yield _family("octavo_pages_open", "Pages of running documents, by state.", "state", pages)
        yield _single("octavo_outbox_unpublished", "Events not yet sent.", backlog.unpublished)
        yield _single("octavo_outbox_dead", "Events given up.", backlog.dead)
        yield _single(
            "octavo_outbox_oldest_seconds",
            "Age of the oldest event not yet sent.",
            backlog.oldest_seconds,
        )
        yield _family(
            "octavo_queue_canary_age_seconds",
            "Seconds since a task of a queue was seen to end; a canary is sent every half minute.",
            "queue",
            ages,
        )


class BrokerGauges:
    """What Redis knows."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterable[Metric]:
        """The length of every queue, in one round trip."""
        keys = [key for queue in broker.QUEUES for key in broker.lists(queue)]
        client = open_broker(self._services.settings)
        try:
            with client.pipeline(transaction=False) as ask:
                for name in keys:
                    ask.llen(name)
                lengths = dict(zip(keys, ask.execute(), strict=True))
        finally:
            client.close()
        yield _family(
            "octavo_queue_messages",
            "Messages waiting in a queue, without those a worker holds.",
            "queue",
            {queue: sum(lengths[key] for key in broker.lists(queue)) for queue in broker.QUEUES},
        )


def register(services: Services) -> None:
    """Add both to what ``/metrics`` shows."""
    metrics.add_collector("database", DatabaseGauges(services))
    metrics.add_collector("broker", BrokerGauges(services))


def _family(name: str, words: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _single(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)
