"""A page read again keeps what it had, counts once, and comes back when that is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from outbox.record import record
from store import claims, pages, requests, rereads, verify, versions
from store.arrows import IllegalMove
from store.models import Page, PageText, PageVersion
from store.states import DocumentState, PageStage, PageState
from store.verify import Bounds

BOUNDS = Bounds(within=600, max_attempts=3, outbox_attempts=12)
DEU = {"languages": ["deu"]}


@pytest.fixture
def ended(way: Any) -> UUID:
    """Page 1 done, page 2 failed."""
    document_id = way.split(2)
    way.finish(document_id, 1)
    way.fail(document_id, 2)
    way.aggregate(document_id)
    return UUID(str(document_id))


def reread(way: Any, document_id: UUID, number: int, most: int = 5) -> None:
    way.move(
        document_id,
        lambda s, d: rereads.reread(
            s, d, s.get_one(Page, (d.id, number)), DEU, most_versions=most, plan=way.plan
        ),
    )


def restore(way: Any, document_id: UUID, number: int, version: int) -> None:
    way.move(
        document_id,
        lambda s, d: rereads.restore(
            s,
            d,
            s.get_one(Page, (d.id, number)),
            version,
            most_versions=5,
            lease_seconds=45,
        ),
    )


def read(way: Any, document_id: UUID, number: int, raw: str, reading: pages.Reading) -> None:
    """The whole of a page's work in the document's generation, and the document's end."""
    generation = way.document(document_id).generation
    claim = way.held_page(document_id, number, PageStage.RECOGNIZE, generation)
    with way.database.begin() as session:
        pages.record_recognition(session, claim, replace(reading, raw=raw))
    claim = way.held_page(document_id, number, PageStage.CLEAN, generation)
    with way.database.begin() as session:
        record(session, pages.record_clean(session, claim, raw), {})
    way.aggregate(document_id, generation)


def kept(way: Any, document_id: UUID, number: int) -> tuple[dict[int, str], int | None]:
    """Version to clean text, and the version that counts."""
    with way.database.begin() as session:
        found = versions.listing(session, document_id, number)
        current = [each.version for each in found if isinstance(each, PageText)]
        return {each.version: each.clean or "" for each in found}, current[0] if current else None


def test_a_page_read_again_has_both_texts(way: Any, ended: UUID, reading: pages.Reading) -> None:
    reread(way, ended, 1)
    document = way.document(ended)
    assert (document.state, document.pages_done) == (DocumentState.PROCESSING, 0)
    claim = way.held_page(ended, 1, PageStage.RECOGNIZE, 2)
    assert claim.source.options["languages"] == ["deu"]
    assert claim.source.options["text_layer"] == "auto"
    way.age(46)
    read(way, ended, 1, "zweiter", reading)
    assert kept(way, ended, 1) == ({2: "zweiter", 1: "clean text"}, 2)
    document = way.document(ended)
    assert (document.state, document.pages_done, document.pages_failed) == ("partial", 1, 1)
    assert way.one_page(ended, 2).state is PageState.FAILED
    assert way.topics(ended).count("document.partial") == 2
    assert verify.run(way.database.engine, BOUNDS) == []


def test_a_failed_page_can_be_read_alone(way: Any, ended: UUID, reading: pages.Reading) -> None:
    reread(way, ended, 2)
    read(way, ended, 2, "spaet", reading)
    assert kept(way, ended, 2) == ({2: "spaet"}, 2)
    assert way.document(ended).state is DocumentState.COMPLETED


@pytest.mark.parametrize("how", ["recognize", "clean", "worn out", "cancel"])
def test_a_reading_that_comes_to_nothing_changes_nothing(
    way: Any, ended: UUID, reading: pages.Reading, how: str
) -> None:
    reread(way, ended, 1)
    claim = way.held_page(ended, 1, PageStage.RECOGNIZE, 2)
    if how in ("clean", "cancel"):
        with way.database.begin() as session:
            pages.record_recognition(session, claim, replace(reading, raw="halb"))
        claim = way.held_page(ended, 1, PageStage.CLEAN, 2)
    if how == "cancel":
        way.move(ended, requests.cancel)
    elif how == "worn out":
        with way.database.begin() as session:
            page = session.get_one(Page, (ended, 1))
            failure = claims.Failure("attempts_exhausted", "it dies")
            record(session, pages.quarantine(session, page, failure, lease_seconds=45), {})
    else:
        with way.database.begin() as session:
            failure = claims.Failure("timeout", "too slow")
            record(session, pages.record_failure(session, claim, failure), {})
    page = way.one_page(ended, 1)
    assert (page.state, page.keeps) == (PageState.DONE, None)
    assert (page.reason is None) == (how == "cancel")
    assert kept(way, ended, 1) == ({1: "clean text"}, 1)
    with pytest.raises(claims.StaleFence), way.database.begin() as session:
        pages.record_clean(session, claim, "too late")
    if how != "cancel":
        way.aggregate(ended, 2)
        assert way.document(ended).state is DocumentState.PARTIAL
    assert verify.run(way.database.engine, BOUNDS) == []
    reread(way, ended, 1)  # and it can be tried again
    read(way, ended, 1, "dritter", reading)
    assert kept(way, ended, 1) == ({3: "dritter", 1: "clean text"}, 3)


def test_a_cancelled_rereading_is_taken_back_by_retry(way: Any) -> None:
    document_id = way.split(1)
    way.finish(document_id, 1)
    way.aggregate(document_id)
    reread(way, document_id, 1)
    way.move(document_id, requests.cancel)
    way.move(document_id, lambda s, d: requests.retry(s, d, lease_seconds=45, plan=way.plan))
    way.aggregate(document_id, 3)
    assert way.document(document_id).state is DocumentState.COMPLETED


def test_an_older_text_counts_again(way: Any, ended: UUID, reading: pages.Reading) -> None:
    reread(way, ended, 1)
    read(way, ended, 1, "zweiter", reading)
    restore(way, ended, 1, 1)
    assert kept(way, ended, 1) == ({2: "zweiter", 1: "clean text"}, 1)
    assert way.document(ended).state is DocumentState.PROCESSING
    restore(way, ended, 1, 1)  # counts already
    way.aggregate(ended, 3)
    assert way.document(ended).state is DocumentState.PARTIAL
    restore(way, ended, 1, 2)
    assert kept(way, ended, 1) == ({2: "zweiter", 1: "clean text"}, 2)
    assert verify.run(way.database.engine, BOUNDS) == []
    with pytest.raises(rereads.NoSuchVersion):
        restore(way, ended, 1, 7)


def test_versions_are_bounded(way: Any, ended: UUID, reading: pages.Reading) -> None:
    for number in range(2, 6):
        reread(way, ended, 1, most=2)
        read(way, ended, 1, f"text {number}", reading)
    assert list(kept(way, ended, 1)[0]) == [5, 4, 3]
    restore(way, ended, 1, 3)
    way.aggregate(ended, 6)
    reread(way, ended, 1, most=1)  # what it falls back to is never the one forgotten
    assert kept(way, ended, 1) == ({3: "text 3"}, 3)
    way.move(ended, requests.cancel)
    assert kept(way, ended, 1) == ({3: "text 3"}, 3)


def test_a_running_document_and_one_cancelled_halfway_refuse(way: Any) -> None:
    running = way.split(2)
    way.finish(running, 1)
    with pytest.raises(IllegalMove):
        reread(way, running, 1)
    with pytest.raises(IllegalMove):
        reread(way, running, 2)
    way.move(running, requests.cancel)
    with pytest.raises(IllegalMove, match="not all of its pages"):
        reread(way, running, 1)


def test_versions_go_with_their_document(way: Any, ended: UUID, reading: pages.Reading) -> None:
    reread(way, ended, 1)
    read(way, ended, 1, "zweiter", reading)
    way.move(ended, requests.delete)
    with way.database.begin() as session:
        requests.purge(session, ended)
    with way.database.begin() as session:
        assert session.get(PageVersion, (ended, 1, 1)) is None
