"""Whatever happens in a step, its outcome is recorded and its task returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from sqlalchemy import text
from sqlalchemy.orm import Session

from pipelines.errors import PageFailed, Reason
from store import pages, requests
from store.claims import PageClaim
from store.models import PageText
from store.moves import Move
from store.objects.errors import ChecksumMismatch, ObjectMissing, ObjectStoreUnavailable
from store.states import PageStage, PageState
from tasks import context, steps

Work = Callable[[context.Context, PageClaim], steps.Outcome]


@pytest.fixture(autouse=True)
def worker(environment: dict[str, str]) -> Iterator[None]:
    del environment
    context.close()
    yield
    context.close()


def step(document_id: UUID, work: Work, generation: int = 1) -> None:
    steps.page_step(str(document_id), generation, 1, PageStage.RECOGNIZE, work)


def raises(error: BaseException) -> Work:
    def work(held: context.Context, claim: PageClaim) -> steps.Outcome:
        raise error

    return work


def reads(reading: pages.Reading) -> Work:
    def work(held: context.Context, claim: PageClaim) -> steps.Outcome:
        def keep(session: Session) -> list[Move]:
            pages.record_recognition(session, claim, reading)
            return []

        return keep

    return work


def test_what_was_read_is_kept(way: Any, reading: pages.Reading) -> None:
    document_id = way.split(1)
    step(document_id, reads(reading))
    assert way.one_page(document_id, 1).state is PageState.RECOGNIZED


def test_a_message_that_comes_twice_works_once(way: Any, reading: pages.Reading) -> None:
    document_id = way.split(1)
    step(document_id, reads(reading))
    step(document_id, raises(AssertionError("it was claimed again")))
    page = way.one_page(document_id, 1)
    assert (page.state, page.fence) == (PageState.RECOGNIZED, 1)


def test_a_message_of_another_generation_has_no_effect(way: Any) -> None:
    document_id = way.split(1)
    step(document_id, raises(AssertionError("it was claimed")), generation=7)
    assert way.one_page(document_id, 1).state is PageState.PENDING


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PageFailed(Reason.RENDER_FAILED, "no"), "render_failed"),
        (ObjectMissing("gone"), "object_missing"),
        (SoftTimeLimitExceeded(), "timeout"),
    ],
)
def test_what_will_not_get_better_fails_at_once(way: Any, error: Exception, reason: str) -> None:
    document_id = way.split(1)
    step(document_id, raises(error))
    page = way.one_page(document_id, 1)
    assert (page.state, page.reason, page.attempt) == (PageState.FAILED, reason, 1)
    assert "document.recognized" in way.topics(document_id)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PageFailed(Reason.RESOURCE_LIMIT, "no", retryable=True), "resource_limit"),
        (MemoryError(), "out_of_memory"),
        (ChecksumMismatch("other bytes"), "object_changed"),
        (KeyError("a fault of ours"), "internal"),
    ],
)
def test_what_may_get_better_is_tried_until_attempts_are_used_up(
    way: Any, error: Exception, reason: str
) -> None:
    document_id = way.split(1)
    for attempt in (1, 2):
        step(document_id, raises(error))
        page = way.one_page(document_id, 1)
        assert (page.state, page.attempt) == (PageState.RUNNING, attempt)
        way.age(60)
    step(document_id, raises(error))
    page = way.one_page(document_id, 1)
    assert (page.state, page.reason, page.attempt) == (PageState.FAILED, reason, 3)
    assert page.retryable


def test_an_object_store_that_is_down_uses_up_no_attempt(way: Any, reading: pages.Reading) -> None:
    document_id = way.split(1)
    for _ in range(5):
        step(document_id, raises(ObjectStoreUnavailable("down")))
        way.age(60)
    assert way.one_page(document_id, 1).attempt == 0
    step(document_id, reads(reading))
    assert way.one_page(document_id, 1).state is PageState.RECOGNIZED


def test_a_result_that_comes_after_a_cancel_is_dropped(way: Any, reading: pages.Reading) -> None:
    document_id = way.split(1)

    def work(held: context.Context, claim: PageClaim) -> steps.Outcome:
        way.move(document_id, requests.cancel)
        return reads(reading)(held, claim)

    step(document_id, work)
    assert way.one_page(document_id, 1).state is PageState.RUNNING
    with way.database.begin() as session:
        assert session.get(PageText, (document_id, 1)) is None
    assert way.topics(document_id)[-1] == "document.cancelled"


def test_a_result_that_cannot_be_kept_is_told_instead(way: Any, reading: pages.Reading) -> None:
    document_id = way.split(1)
    for _ in range(3):
        step(document_id, reads(replace(reading, raw="a NUL \x00 in the text")))
        way.age(60)
    page = way.one_page(document_id, 1)
    assert (page.state, page.reason, page.attempt) == (PageState.FAILED, "internal", 3)


def test_a_database_that_goes_away_costs_no_page(way: Any, reading: pages.Reading) -> None:
    document_id = way.split(1)

    def work(held: context.Context, claim: PageClaim) -> steps.Outcome:
        def keep(session: Session) -> list[Move]:
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
            return []

        return keep

    step(document_id, work)
    assert way.one_page(document_id, 1).state is PageState.RUNNING
    way.age(60)
    step(document_id, reads(reading))
    assert way.one_page(document_id, 1).state is PageState.RECOGNIZED
