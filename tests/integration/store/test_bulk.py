"""Many pages of a sheaf are claimed by one, and each is written only under its own fence."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from outbox.record import record
from store import bulk, claims, pages, requests, sweep
from store.claims import BulkClaim, StaleFence
from store.models import OutboxRow, PageText
from store.states import PageState, SheafState, Stage

INFO = {"verdict": "text"}


def take(way: Any, document_id: UUID, *numbers: int) -> BulkClaim | None:
    with way.database.begin() as session:
        return bulk.claim(session, document_id, 1, numbers, lease_seconds=45.0)


def taken(way: Any, document_id: UUID, *numbers: int) -> BulkClaim:
    claim = take(way, document_id, *numbers)
    assert claim is not None
    return claim


def keep(way: Any, claim: BulkClaim, reading: pages.Reading, *numbers: int) -> None:
    read = {number: bulk.DonePage(INFO, reading, f"clean {number}") for number in numbers}
    with way.database.begin() as session:
        record(session, bulk.record(session, claim, read), {})


def states(way: Any, document_id: UUID, count: int) -> list[PageState]:
    return [way.one_page(document_id, number).state for number in range(1, count + 1)]


def ready(way: Any) -> list[tuple[bool, list[int]]]:
    """What was sent: whether together, and which pages."""
    with way.database.begin() as session:
        rows = session.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()
        return [
            (row.payload["bulk"], row.payload["pages"])
            for row in rows
            if row.topic == "sheaf.ready"
        ]


def test_cheap_pages_go_out_together(way: Any) -> None:
    way.split(7, cheap=True)
    assert ready(way) == [(True, [1, 2]), (True, [3, 4, 5, 6])]


def test_pages_are_claimed_by_one_of_many(way: Any) -> None:
    document_id = way.split(2, cheap=True)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: take(way, document_id, 1, 2), range(8)))
    held = [page.number for claim in found if claim is not None for page in claim.pages]
    assert sorted(held) == [1, 2]
    assert states(way, document_id, 2) == [PageState.RUNNING] * 2


def test_pages_that_were_read_are_done_and_the_last_ends_them(
    way: Any, reading: pages.Reading
) -> None:
    document_id = way.split(6, cheap=True)
    keep(way, taken(way, document_id, 1, 2), reading, 1, 2)
    assert way.sheaf(document_id, 0).state is SheafState.DONE
    assert "document.recognized" not in way.topics(document_id)
    keep(way, taken(way, document_id, 3, 4, 5, 6), reading, 3, 4, 5, 6)
    document = way.document(document_id)
    assert (document.pages_done, document.stage) == (6, Stage.AGGREGATE)
    assert way.topics(document_id).count("document.recognized") == 1
    page = way.one_page(document_id, 5)
    assert (page.state, page.lease_until, page.source) == (PageState.DONE, None, INFO)
    with way.database.begin() as session:
        text = session.get_one(PageText, (document_id, 5))
        assert (text.raw, text.clean, text.fence) == ("raw text", "clean 5", page.fence)


def test_a_page_that_needs_more_is_sent_alone(way: Any, reading: pages.Reading) -> None:
    document_id = way.split(6, cheap=True)
    claim = taken(way, document_id, 3, 4, 5, 6)
    keep(way, claim, reading, 3, 6)
    with way.database.begin() as session:
        moves = bulk.set_aside(session, claim, {4: {"verdict": "image"}, 5: INFO})
        record(session, moves, {})
    assert ready(way)[-1] == (False, [4, 5])
    sheaf = way.sheaf(document_id, 1)
    assert (sheaf.bulk, sheaf.pages_left, sheaf.state) == (False, 2, SheafState.DISPATCHED)
    page = way.held_page(document_id, 4)
    assert (page.attempt, page.fence, page.page) == (1, 2, {"verdict": "image"})


def test_a_result_under_a_lost_fence_is_dropped_page_by_page(
    way: Any, reading: pages.Reading
) -> None:
    document_id = way.split(2, cheap=True)
    claim = taken(way, document_id, 1, 2)
    way.age(50)
    way.held_page(document_id, 2)
    keep(way, claim, reading, 1, 2)
    assert states(way, document_id, 2) == [PageState.DONE, PageState.RUNNING]
    assert way.document(document_id).pages_done == 1
    keep(way, claim, reading, 1, 2)
    assert way.document(document_id).pages_done == 1


def test_pages_whose_worker_died_are_read_one_by_one(way: Any) -> None:
    document_id = way.split(2, cheap=True)
    taken(way, document_id, 1, 2)
    way.age(50)
    assert take(way, document_id, 1, 2) is None
    with way.database.begin() as session:
        record(session, sweep.overdue_sheaves(session, way.plan, 3), {})
    assert ready(way)[-1] == (False, [1, 2])
    assert way.held_page(document_id, 1).attempt == 2


@pytest.mark.parametrize("refund", [True, False])
def test_pages_that_are_given_back_stay_together_unless_one_may_be_to_blame(
    refund: bool, way: Any
) -> None:
    document_id = way.split(2, cheap=True)
    claim = taken(way, document_id, 1, 2)
    with way.database.begin() as session:
        bulk.release(session, claim, retry_after_seconds=1, refund=refund)
    way.age(50)
    with way.database.begin() as session:
        record(session, sweep.overdue_sheaves(session, way.plan, 3), {})
    assert ready(way)[-1] == (refund, [1, 2])


def test_a_lost_message_is_sent_again_as_it_was(way: Any) -> None:
    way.split(2, cheap=True)
    way.age(50)
    with way.database.begin() as session:
        record(session, sweep.overdue_sheaves(session, way.plan, 3), {})
    assert ready(way) == [(True, [1, 2])] * 2


def test_leases_of_all_are_renewed(way: Any) -> None:
    document_id = way.split(2, cheap=True)
    claim = taken(way, document_id, 1, 2)
    way.age(40)
    with way.database.begin() as session:
        assert claims.renew(session, claim)
    way.age(40)
    assert way.page(document_id, 2) is None


def test_a_cancelled_document_takes_nothing(way: Any, reading: pages.Reading) -> None:
    document_id = way.split(6, cheap=True)
    claim = taken(way, document_id, 1, 2)
    way.move(document_id, requests.cancel)
    for change in (
        lambda session: bulk.record(session, claim, {1: bulk.DonePage(INFO, reading, "")}),
        lambda session: bulk.set_aside(session, claim, {1: INFO}),
        lambda session: bulk.release(session, claim, retry_after_seconds=1, refund=True),
    ):
        with pytest.raises(StaleFence), way.database.begin() as session:
            change(session)
    assert take(way, document_id, 3, 4) is None
