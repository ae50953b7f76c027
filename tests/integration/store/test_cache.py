"""A text is found by what its page is, in its tenant alone, and no longer than its document is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from outbox.record import record
from pipelines.values import PageInfo, Verdict
from store import cache, documents, filling, pages, requests, rereads, verify
from store.models import Page, PageText
from store.moves import Move, PagesFinished, SheafDispatched
from store.states import DocumentState, PageStage, PageState, SheafState
from store.verify import Bounds

BOUNDS = Bounds(within=600, max_attempts=3, outbox_attempts=12)
HOUR = 3600.0
KEYS = {number: bytes([number]) * 32 for number in range(1, 6)}


def split(
    way: Any,
    count: int,
    keys: Mapping[int, bytes] | None = None,
    *,
    tenant: str = "default",
    finished: bool = True,
    seconds: float = HOUR,
) -> tuple[UUID, list[Move]]:
    """A document split with what is known by `keys`."""
    document_id: UUID = way.accepted(tenant)
    claim = way.claimed(document_id)
    new = [
        documents.NewPage(n, asdict(PageInfo(n, 100.0, 100.0)), cheap=False)
        for n in range(1, count + 1)
    ]
    known = None if keys is None else filling.Known(keys, seconds, finished)
    with way.database.begin() as session:
        moves = documents.record_split(
            session,
            claim,
            media_type="application/pdf",
            pages=new,
            plan=way.plan,
            known=known,
        )
        record(session, moves, {})
    return document_id, moves


def read(
    way: Any, reading: pages.Reading, document_id: UUID, numbers: Sequence[int], generation: int = 1
) -> None:
    """These pages done, to be found by KEYS and by pixels."""
    for number in numbers:
        claim = way.held_page(document_id, number, PageStage.RECOGNIZE, generation)
        keyed = replace(
            reading,
            raw=f"raw {number}",
            source_key=KEYS[number],
            raster_key=KEYS[number],
            image_key=f"default/{document_id}/pages/{number}.jpg",
        )
        info = asdict(PageInfo(number, 100.0, 100.0, verdict=Verdict.IMAGE))
        with way.database.begin() as session:
            pages.record_recognition(session, claim, keyed, info)
        claim = way.held_page(document_id, number, PageStage.CLEAN, generation)
        with way.database.begin() as session:
            record(session, pages.record_clean(session, claim, f"clean {number}"), {})


@pytest.fixture
def known(way: Any, reading: pages.Reading) -> UUID:
    """A document of three pages that were read."""
    document_id, _ = split(way, 3)
    read(way, reading, document_id, [1, 2, 3])
    way.aggregate(document_id)
    return document_id


def healthy(way: Any) -> bool:
    return verify.run(way.database.engine, BOUNDS) == []


def text_of(way: Any, document_id: UUID, number: int) -> PageText | None:
    with way.database.begin() as session:
        found: PageText | None = session.get(PageText, (document_id, number))
        return found


def test_the_same_file_is_done_at_its_split(way: Any, known: UUID) -> None:
    again, moves = split(way, 3, KEYS)
    assert moves == [PagesFinished(again, "default", 1)]
    way.aggregate(again)
    document = way.document(again)
    assert (document.state, document.pages_done) == (DocumentState.COMPLETED, 3)
    found, first = text_of(way, again, 2), text_of(way, known, 2)
    assert found is not None and first is not None
    assert (found.raw, found.clean, found.flags) == ("raw 2", "clean 2", ["cached"])
    assert (found.image_key, found.written_at) == (None, first.written_at)
    assert way.one_page(again, 2).source["verdict"] == "image"
    assert healthy(way)
    assert way.page(again, 2) is None  # nothing to read


def test_pages_that_are_not_known_are_read(way: Any, known: UUID, reading: pages.Reading) -> None:
    again, moves = split(way, 5, KEYS)
    assert {each.sheaf for each in moves if isinstance(each, SheafDispatched)} == {1, 2}
    assert way.sheaf(again, 0).state is SheafState.DONE
    assert (way.sheaf(again, 1).pages_left, way.document(again).pages_done) == (1, 3)
    assert healthy(way)
    read(way, reading, again, [4, 5])
    way.aggregate(again)
    assert way.document(again).state is DocumentState.COMPLETED
    assert healthy(way)


def test_with_a_cleanup_to_come_pages_are_recognised(way: Any, known: UUID) -> None:
    again, moves = split(way, 3, KEYS, finished=False)
    assert [type(each) for each in moves] == [SheafDispatched] * 2
    found = text_of(way, again, 1)
    assert found is not None and (found.raw, found.clean) == ("raw 1", None)
    assert way.one_page(again, 1).state is PageState.RECOGNIZED
    assert way.page(again, 1, PageStage.RECOGNIZE) is None
    assert way.page(again, 1, PageStage.CLEAN) is not None
    assert healthy(way)


def test_nothing_crosses_to_another_tenant(way: Any, known: UUID) -> None:
    stranger, _ = split(way, 3, KEYS, tenant="stranger")
    assert way.document(stranger).pages_done == 0
    with way.database.begin() as session:
        assert cache.find(session, "stranger", KEYS[1], seconds=HOUR) is None
        assert cache.find(session, "default", KEYS[1], seconds=HOUR) is not None


def test_a_text_goes_with_the_last_document_that_has_it(way: Any, known: UUID) -> None:
    again, _ = split(way, 3, KEYS)
    way.move(known, requests.delete)
    third, _ = split(way, 3, KEYS)  # from the second, though the first still has rows
    assert way.document(third).pages_done == 3
    for each in (again, third):
        way.move(each, requests.delete)
    fourth, _ = split(way, 3, KEYS)
    assert way.document(fourth).pages_done == 0
    with way.database.begin() as session:
        for each in (known, again, third):
            requests.purge(session, each)
        assert session.execute(text("SELECT count(*) FROM page_texts")).scalar_one() == 0
        assert cache.find(session, "default", KEYS[1], seconds=HOUR) is None


def test_a_text_is_too_old_in_time(way: Any, known: UUID) -> None:
    with way.database.begin() as session:
        session.execute(text("UPDATE page_texts SET written_at = now() - interval '2 h'"))
    again, _ = split(way, 3, KEYS)
    assert way.document(again).pages_done == 0
    young, _ = split(way, 3, KEYS, seconds=3 * HOUR)
    assert way.document(young).pages_done == 3
    with way.database.begin() as session:
        assert cache.forget(session, HOUR, 4) == 4
        assert cache.forget(session, HOUR, 100) == 2  # what was taken is as old
    late, _ = split(way, 3, KEYS, seconds=3 * HOUR)
    assert way.document(late).pages_done == 0
    assert text_of(way, young, 1) is not None


def test_pixels_are_found_in_any_file(way: Any, known: UUID) -> None:
    with way.database.begin() as session:
        found = cache.find(session, "default", KEYS[3], seconds=HOUR)
    assert found is not None
    assert (found.raw, found.flags, found.image_key) == ("raw 3", ["cached"], None)
    assert found.written_at is not None


def test_a_page_read_again_is_found_by_its_new_keys(
    way: Any, known: UUID, reading: pages.Reading
) -> None:
    way.move(
        known,
        lambda s, d: rereads.reread(
            s, d, s.get_one(Page, (d.id, 1)), {}, most_versions=2, plan=way.plan
        ),
    )
    claim = way.held_page(known, 1, PageStage.RECOGNIZE, 2)
    with way.database.begin() as session:
        pages.record_recognition(session, claim, replace(reading, source_key=b"other"))
    again, _ = split(way, 3, KEYS)
    assert way.document(again).pages_done == 2
    assert healthy(way)


def test_a_document_deleted_meanwhile_is_a_miss_and_no_harm(way: Any, known: UUID) -> None:
    def purge(_: int) -> None:
        way.move(known, requests.delete)
        with way.database.begin() as session:
            requests.purge(session, known)

    with ThreadPoolExecutor(2) as pool:
        purged = pool.submit(purge, 0)
        again = [split(way, 3, KEYS)[0] for _ in range(5)]
        purged.result()
    assert all(way.document(each).pages_done in (0, 3) for each in again)
    assert healthy(way)
