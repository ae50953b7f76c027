"""A page is claimed by one, counted before the work, and written only under its fence."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from store import claims, pages, requests
from store.claims import StaleFence, renew
from store.models import Page, PageText, Sheaf
from store.states import DocumentState, PageStage, PageState, SheafState, Stage

FAILURE = claims.Failure("render_failed", "it would not")


def test_a_page_is_claimed_by_one_of_many(way: Any) -> None:
    document_id = way.split(1)
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda _: way.page(document_id, 1), range(8)))
    assert sum(claim is not None for claim in claims) == 1
    page = way.one_page(document_id, 1)
    assert (page.state, page.attempt, page.fence) == (PageState.RUNNING, 1, 1)


def test_a_lost_claim_can_be_taken_when_its_lease_is_over(way: Any) -> None:
    document_id = way.split(1)
    way.held_page(document_id, 1)
    assert way.page(document_id, 1) is None
    way.age(46)
    again = way.held_page(document_id, 1)
    assert (again.attempt, again.fence) == (2, 2)


def test_attempts_are_bounded(way: Any) -> None:
    document_id = way.split(1)
    for _ in range(3):
        way.held_page(document_id, 1)
        way.age(46)
    assert way.page(document_id, 1) is None


def test_a_renewed_lease_is_not_taken(way: Any) -> None:
    document_id = way.split(1)
    claim = way.held_page(document_id, 1)
    way.age(40)
    with way.database.begin() as session:
        assert renew(session, claim)
    way.age(40)
    assert way.page(document_id, 1) is None


def test_a_stale_fence_writes_nothing(way: Any, reading: pages.Reading) -> None:
    document_id = way.split(1)
    stale = way.held_page(document_id, 1)
    way.age(46)
    way.held_page(document_id, 1)
    with pytest.raises(StaleFence), way.database.begin() as session:
        pages.record_recognition(session, stale, reading)
    with pytest.raises(StaleFence), way.database.begin() as session:
        pages.record_failure(session, stale, FAILURE)
    with way.database.begin() as session:
        assert session.get(PageText, (document_id, 1)) is None
        assert not renew(session, stale)
    document = way.document(document_id)
    assert (document.pages_done, document.pages_failed) == (0, 0)


def test_a_result_counts_once(way: Any, reading: pages.Reading) -> None:
    document_id = way.split(2)
    claim = way.held_page(document_id, 1)
    with way.database.begin() as session:
        pages.record_recognition(session, claim, reading)
    clean = way.held_page(document_id, 1, PageStage.CLEAN)
    with way.database.begin() as session:
        assert pages.record_clean(session, clean, "clean") == []
    with pytest.raises(StaleFence), way.database.begin() as session:
        pages.record_clean(session, clean, "again")
    with way.database.begin() as session:
        text = session.get_one(PageText, (document_id, 1))
        assert (text.raw, text.clean) == ("raw text", "clean")
    assert way.document(document_id).pages_done == 1
    assert way.sheaf(document_id, 0).pages_left == 1


def test_clean_waits_for_recognize(way: Any) -> None:
    document_id = way.split(1)
    assert way.page(document_id, 1, PageStage.CLEAN) is None


def test_the_last_page_tells_once_that_all_have_ended(way: Any) -> None:
    document_id = way.split(3)
    way.finish(document_id, 1)
    way.fail(document_id, 2)
    assert "document.recognized" not in way.topics(document_id)
    way.finish(document_id, 3)
    assert way.topics(document_id).count("document.recognized") == 1
    document = way.document(document_id)
    assert (document.pages_done, document.pages_failed) == (2, 1)
    assert document.stage is Stage.AGGREGATE
    assert way.sheaf(document_id, 0).state is SheafState.DONE


def test_two_last_pages_at_once_make_one_aggregate(way: Any) -> None:
    for _ in range(5):
        document_id = way.split(4)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda n, d=document_id: way.finish(d, n), range(1, 5)))
        assert way.topics(document_id).count("document.recognized") == 1
        assert way.document(document_id).pages_done == 4


def test_a_failed_page_keeps_its_reason(way: Any) -> None:
    document_id = way.split(1)
    way.fail(document_id, 1)
    page = way.one_page(document_id, 1)
    assert (page.state, page.reason, page.detail) == (
        PageState.FAILED,
        "render_failed",
        "it would not",
    )


def test_a_cancelled_document_takes_no_result_and_gives_no_claim(
    way: Any, reading: pages.Reading
) -> None:
    document_id = way.split(2)
    claim = way.held_page(document_id, 1)
    way.move(document_id, requests.cancel)
    with pytest.raises(StaleFence), way.database.begin() as session:
        pages.record_recognition(session, claim, reading)
    assert way.page(document_id, 2) is None
    assert way.document(document_id).state is DocumentState.CANCELLED


def test_a_released_claim_comes_back_without_its_attempt(way: Any) -> None:
    document_id = way.split(1)
    claim = way.held_page(document_id, 1)
    with way.database.begin() as session:
        pages.release(session, claim, retry_after_seconds=5, refund=True)
    assert way.page(document_id, 1) is None
    way.age(6)
    again = way.held_page(document_id, 1)
    assert (again.attempt, again.fence) == (1, 2)


def test_releasing_waits_for_the_sheaf_before_it_holds_the_page(way: Any) -> None:
    """Whoever finishes a page holds its sheaf and then wants the page: no circle."""
    document_id = way.split(2)
    claim = way.held_page(document_id, 1)

    def release() -> None:
        with way.database.begin() as session:
            pages.release(session, claim, retry_after_seconds=5, refund=True)

    with ThreadPoolExecutor(1) as pool:
        with way.database.begin() as session:
            session.get_one(Sheaf, (document_id, 1, 0), with_for_update=True)
            releasing = pool.submit(release)
            way.wait_for_a_blocked_statement()
            page = session.scalars(
                select(Page)
                .where(Page.document_id == document_id, Page.number == 1)
                .with_for_update(nowait=True)
            )
            assert page.one().fence == claim.fence
        releasing.result(timeout=20)
    assert way.one_page(document_id, 1).attempt == 0


@pytest.mark.parametrize("count", [1, 3], ids=["the last sheaf", "a sheaf that has ended"])
def test_a_result_after_the_end_is_stale_not_an_error(way: Any, count: int) -> None:
    document_id = way.split(count)
    stale = way.held_page(document_id, 1)
    way.age(50)
    for number in range(1, min(count, 2) + 1):
        way.finish(document_id, number)
    with pytest.raises(StaleFence), way.database.begin() as session:
        pages.record_failure(session, stale, FAILURE)
    assert way.document(document_id).pages_failed == 0
