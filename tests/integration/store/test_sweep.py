"""Whatever stands still is found, asked for again, and ended when it was asked too often."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from outbox.record import record
from store import pages, requests, sweep, uploads
from store.moves import Accepted, Deleted, PagesFinished, SheafDispatched
from store.states import DocumentState, PageStage, PageState, Stage


def sheaves(way: Any) -> list[Any]:
    with way.database.begin() as session:
        moves = sweep.overdue_sheaves(session, way.plan, max_attempts=3)
        record(session, moves, {})
        return moves


def overdue(way: Any) -> list[Any]:
    with way.database.begin() as session:
        moves = sweep.overdue_documents(session, 45, max_attempts=3)
        record(session, moves, {})
        return moves


def test_nothing_is_repaired_that_is_not_broken(way: Any) -> None:
    way.accepted()
    document_id = way.split(2)
    way.held_page(document_id, 1)
    assert sheaves(way) == overdue(way) == []


def test_a_lost_message_is_sent_again_for_the_pages_nobody_holds(way: Any) -> None:
    document_id = way.split(2)
    way.age(46)
    way.held_page(document_id, 1)
    [move] = sheaves(way)
    assert isinstance(move, SheafDispatched)
    assert (move.pages, move.drive) == ((2,), 2)
    assert sheaves(way) == [], "it waits before it asks a third time"
    assert way.topics(document_id).count("sheaf.ready") == 2


def test_a_page_waiting_for_its_cleanup_is_sent_again(way: Any, reading: Any) -> None:
    document_id = way.split(1)
    claim = way.held_page(document_id, 1)
    with way.database.begin() as session:
        pages.record_recognition(session, claim, reading)
    way.age(46)
    [move] = sheaves(way)
    assert move.pages == (1,)
    assert way.page(document_id, 1) is None, "recognising it again would be work for nothing"
    assert way.held_page(document_id, 1, PageStage.CLEAN).attempt == 1


def test_a_page_that_kills_its_workers_is_quarantined(way: Any) -> None:
    document_id = way.split(2)
    way.finish(document_id, 2)
    for _ in range(3):
        way.held_page(document_id, 1)
        way.age(1000)
        moves = sheaves(way)
    assert [type(move) for move in moves] == [PagesFinished]
    page = way.one_page(document_id, 1)
    assert (page.state, page.reason) == (PageState.FAILED, "attempts_exhausted")
    way.aggregate(document_id)
    assert way.document(document_id).state is DocumentState.PARTIAL


def test_a_split_whose_worker_died_can_be_claimed_when_it_is_asked_for(way: Any) -> None:
    document_id = way.accepted()
    way.claimed(document_id)
    assert overdue(way) == []
    way.age(46)
    [move] = overdue(way)
    assert move == Accepted(document_id, "default", 1, drive=1)
    assert way.claimed(document_id).attempt == 2


def test_a_split_that_never_came_back_ends_the_document(way: Any) -> None:
    document_id = way.accepted()
    for _ in range(3):
        way.claimed(document_id)
        way.age(10_000)
        overdue(way)
    document = way.document(document_id)
    assert (document.state, document.reason) == (DocumentState.FAILED, "attempts_exhausted")
    assert way.topics(document_id)[-1] == "document.failed"


def test_a_lost_aggregate_is_asked_for_again(way: Any) -> None:
    document_id = way.split(1)
    way.finish(document_id, 1)
    assert overdue(way) == []
    way.age(46)
    [move] = overdue(way)
    assert move == PagesFinished(document_id, "default", 1, drive=1)
    assert way.claimed(document_id, Stage.AGGREGATE)
    way.age(46)
    assert overdue(way) == [], "the second drive waits twice as long"


def test_an_upload_that_was_never_confirmed_ends(way: Any) -> None:
    upload = way.upload()
    with way.database.begin() as session:
        uploads.promise(session, upload, expires_seconds=60)
        assert sweep.expired_uploads(session) == []
    way.age(61)
    with way.database.begin() as session:
        record(session, sweep.expired_uploads(session), {})
    document = way.document(upload.document_id)
    assert (document.state, document.reason) == (DocumentState.FAILED, "upload_expired")


def test_a_deletion_is_asked_for_until_the_rows_are_gone(way: Any) -> None:
    document_id = way.accepted()
    way.move(document_id, requests.delete)
    with way.database.begin() as session:
        assert sweep.unpurged(session, 45) == []
    way.age(46)
    with way.database.begin() as session:
        [move] = sweep.unpurged(session, 45)
        assert move == Deleted(document_id, "default", 1, drive=1)
    with way.database.begin() as session:
        assert sweep.unpurged(session, 45) == []


def test_a_document_that_is_read_keeps_its_text_when_nobody_adds_it_up(way: Any) -> None:
    document_id = way.split(2)
    way.finish(document_id, 1)
    way.fail(document_id, 2)
    for _ in range(3):
        way.claimed(document_id, Stage.AGGREGATE)
        way.age(10_000)
        overdue(way)
    document = way.document(document_id)
    assert (document.state, document.reason) == (DocumentState.PARTIAL, "attempts_exhausted")


def test_a_dropped_page_is_sent_again_however_busy_its_sheaf_is(way: Any) -> None:
    way.plan = replace(way.plan, sheaf_pages=4)
    document_id = way.split(4)
    way.held_page(document_id, 1)
    way.age(40)
    way.finish(document_id, 2)
    way.age(10)
    [move] = sheaves(way)
    assert move.pages == (1,), "pages 3 and 4 still wait for their first message"
    assert sheaves(way) == [], "it was sent, and waits for its message now"
    assert way.held_page(document_id, 1).attempt == 2
