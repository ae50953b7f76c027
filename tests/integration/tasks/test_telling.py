"""Pages are counted where they end, once, and never when their end was not kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from octavo.telemetry import metrics
from pipelines.errors import PageFailed, Reason
from store import pages, requests
from store.claims import PageClaim
from store.states import PageStage
from tasks import context, llm, steps, sweeper


@pytest.fixture(autouse=True)
def worker(environment: dict[str, str]) -> Iterator[None]:
    del environment
    context.close()
    yield
    context.close()


class Counts:
    """How much each counter has grown since it was last asked."""

    def __init__(self) -> None:
        self._before = self._now()

    def since(self) -> dict[tuple[str, ...], float]:
        before, self._before = self._before, self._now()
        return {
            labels: value - before.get(labels, 0)
            for labels, value in self._before.items()
            if value != before.get(labels, 0)
        }

    def _now(self) -> dict[tuple[str, ...], float]:
        return {
            tuple(sample.labels.values()): sample.value
            for counter in (metrics.PAGES, metrics.REPAIRS)
            for family in counter.collect()
            for sample in family.samples
            if sample.name.endswith("_total")
        }


@pytest.fixture
def counts() -> Counts:
    return Counts()


def refuse(held: context.Context, claim: PageClaim) -> steps.Outcome:
    raise PageFailed(Reason.RENDER_FAILED, "it would not")


def test_a_page_that_is_done_is_counted_with_its_engine(
    way: Any, reading: pages.Reading, counts: Counts
) -> None:
    document_id = way.split(1)
    with way.database.begin() as session:
        pages.record_recognition(session, way.held_page(document_id, 1), reading)
    assert counts.since() == {}
    for _ in range(2):
        llm.clean(str(document_id), 1, 1)
    assert counts.since() == {("done", "null"): 1}


def test_a_page_that_failed_is_counted(way: Any, counts: Counts) -> None:
    document_id = way.split(1)
    steps.page_step(str(document_id), 1, 1, PageStage.RECOGNIZE, refuse)
    assert counts.since() == {("failed", "none"): 1}


def test_an_end_that_came_too_late_is_not_counted(way: Any, counts: Counts) -> None:
    document_id = way.split(1)

    def work(held: context.Context, claim: PageClaim) -> steps.Outcome:
        way.move(document_id, requests.cancel)
        return refuse(held, claim)

    steps.page_step(str(document_id), 1, 1, PageStage.RECOGNIZE, work)
    assert counts.since() == {}


def test_a_page_in_quarantine_is_counted_by_the_sweeper(way: Any, counts: Counts) -> None:
    document_id = way.split(2)
    for _ in range(3):
        way.held_page(document_id, 1)
        way.age(1000)
    way.held_page(document_id, 2)

    done = sweeper.run_once(context.context())

    assert done == {"page_quarantined": 1}
    assert counts.since() == {("failed", "none"): 1, ("page_quarantined",): 1}
