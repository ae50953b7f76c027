"""A healthy database breaks no promise; each promise broken by hand is found, with its row."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from outbox.record import record
from store import requests, rereads, sheaves, verify
from store.models import Page
from store.states import PageStage
from store.verify import Bounds, Violation

BOUNDS = Bounds(within=600, max_attempts=3, outbox_attempts=12)


def found(way: Any, *, at_rest: bool = False) -> list[Violation]:
    return verify.run(way.database.engine, BOUNDS, at_rest=at_rest)


def change(way: Any, sql: str, document_id: UUID) -> None:
    with way.database.begin() as session:
        assert session.execute(text(sql), {"id": document_id}).rowcount >= 1


def accepted(way: Any) -> UUID:
    return UUID(str(way.accepted()))


def split(way: Any) -> UUID:
    """Three pages: one done, one held, one pending."""
    document_id = way.split(3)
    way.finish(document_id, 1)
    way.held_page(document_id, 2)
    return UUID(str(document_id))


def recognized(way: Any) -> UUID:
    document_id = way.split(3)
    way.finish(document_id, 1)
    way.finish(document_id, 2)
    way.finish(document_id, 3)
    return UUID(str(document_id))


def completed(way: Any) -> UUID:
    document_id = recognized(way)
    way.aggregate(document_id)
    return document_id


def retried(way: Any) -> UUID:
    """Partial, and going on with its one failed page."""
    document_id = way.split(3)
    way.finish(document_id, 1)
    way.finish(document_id, 3)
    way.fail(document_id, 2)
    way.aggregate(document_id)
    way.move(document_id, lambda s, d: requests.retry(s, d, lease_seconds=45, plan=way.plan))
    return UUID(str(document_id))


def reread(way: Any) -> UUID:
    """Completed, and one of its pages is being read again."""
    document_id = completed(way)
    way.move(
        document_id,
        lambda s, d: rereads.reread(
            s, d, s.get_one(Page, (d.id, 1)), {}, most_versions=2, plan=way.plan
        ),
    )
    return document_id


def cancelled(way: Any) -> UUID:
    document_id = split(way)
    way.move(document_id, requests.cancel)
    return document_id


EVERYWHERE = [accepted, split, recognized, completed, retried, reread, cancelled]

BROKEN: list[tuple[str, Callable[[Any], UUID], str]] = [
    ("A", accepted, "UPDATE documents SET queued_at = now() - interval '1 h' WHERE id = :id"),
    ("A", accepted, "UPDATE documents SET redrive_at = NULL WHERE id = :id"),
    ("A", accepted, "UPDATE documents SET redrive_at = now() - interval '1 h' WHERE id = :id"),
    ("A", split, "UPDATE sheaves SET state = 'done', pages_left = 0 WHERE document_id = :id"),
    ("A", split, "UPDATE sheaves SET redrive_at = NULL WHERE document_id = :id"),
    (
        "A",
        split,
        "UPDATE sheaves SET redrive_at = now() - interval '1 h' WHERE document_id = :id",
    ),
    ("B", completed, "DELETE FROM endings WHERE document_id = :id"),
    ("B", completed, "UPDATE endings SET state = 'partial' WHERE document_id = :id"),
    ("B", completed, "UPDATE documents SET state = 'processing' WHERE id = :id"),
    ("B", retried, "DELETE FROM endings WHERE document_id = :id"),
    ("B", completed, "UPDATE endings SET generation = 2 WHERE document_id = :id"),
    (
        "B",
        completed,
        (
            "INSERT INTO outbox (topic, version, key, payload, trace, attempts) SELECT"
            " 'document.partial', version, key || '.again', payload, trace, 0 FROM outbox"
            " WHERE topic = 'document.completed' AND payload->>'document_id' = (:id)::text"
        ),
    ),
    (
        "B",
        completed,
        (
            "WITH gone AS (DELETE FROM outbox WHERE topic = 'document.completed'"
            " AND payload->>'document_id' = (:id)::text RETURNING id)"
            " UPDATE outbox SET published_at = now() - interval '1 h'"
            " WHERE id NOT IN (SELECT id FROM gone)"
        ),
    ),
    ("C", split, "DELETE FROM pages WHERE document_id = :id AND number = 3"),
    ("C", reread, "DELETE FROM page_versions WHERE document_id = :id"),
    ("C", reread, "UPDATE pages SET keeps = NULL WHERE document_id = :id AND number = 1"),
    ("C", reread, "UPDATE page_texts SET version = 3 WHERE document_id = :id AND number = 1"),
    (
        "C",
        completed,
        (
            "UPDATE page_texts SET raster_key = 'key', flags = '{resolution_lowered}'"
            " WHERE document_id = :id AND number = 1"
        ),
    ),
    ("C", completed, "UPDATE pages SET keeps = 1 WHERE document_id = :id AND number = 1"),
    ("C", split, "UPDATE pages SET number = 7 WHERE document_id = :id AND number = 3"),
    ("C", split, "UPDATE documents SET pages_done = 2 WHERE id = :id"),
    ("C", completed, "UPDATE documents SET state = 'partial' WHERE id = :id"),
    ("C", split, "UPDATE documents SET stage = 'aggregate' WHERE id = :id"),
    ("C", recognized, "UPDATE documents SET stage = 'pages' WHERE id = :id"),
    ("C", split, "UPDATE pages SET sheaf = 9 WHERE document_id = :id AND number = 3"),
    ("C", retried, "UPDATE pages SET generation = 1 WHERE document_id = :id AND number = 2"),
    ("C", split, "UPDATE sheaves SET pages = '{2,1}' WHERE document_id = :id AND number = 0"),
    ("C", split, "UPDATE sheaves SET pages = '{1}' WHERE document_id = :id AND number = 0"),
    ("C", split, "UPDATE sheaves SET pages_left = 2 WHERE document_id = :id AND number = 0"),
    ("C", split, "UPDATE sheaves SET state = 'done' WHERE document_id = :id AND number = 0"),
    ("C", cancelled, "UPDATE sheaves SET state = 'waiting' WHERE document_id = :id"),
    ("C", completed, "DELETE FROM page_texts WHERE document_id = :id AND number = 2"),
    ("C", retried, "UPDATE pages SET state = 'failed' WHERE document_id = :id AND number = 2"),
    ("D", completed, "UPDATE page_texts SET fence = 1 WHERE document_id = :id AND number = 2"),
    (
        "D",
        split,
        (
            "INSERT INTO page_texts (document_id, number, raw, words, width, height, dpi, engine,"
            " languages, flags, blocks, turn, fence) SELECT document_id, 2, raw, words, width,"
            " height, dpi, engine, languages, flags, blocks, turn, 1 FROM page_texts"
            " WHERE document_id = :id AND number = 1"
        ),
    ),
    (
        "D",
        completed,
        "UPDATE pages SET lease_until = now() WHERE document_id = :id AND number = 2",
    ),
    ("D", completed, "UPDATE documents SET lease_until = now() WHERE id = :id"),
    ("D", split, "UPDATE pages SET fence = 0, attempt = 0 WHERE document_id = :id AND number = 2"),
    ("E", split, "UPDATE pages SET attempt = 4, fence = 4 WHERE document_id = :id AND number = 2"),
    ("E", accepted, "UPDATE documents SET attempt = 4, fence = 4 WHERE id = :id"),
    ("E", accepted, "UPDATE outbox SET attempts = 12 WHERE payload->>'document_id' = (:id)::text"),
    ("F", accepted, "UPDATE documents SET sha256 = NULL WHERE id = :id"),
    ("F", completed, "UPDATE documents SET object_key = 'default/other/source' WHERE id = :id"),
    (
        "F",
        completed,
        (
            "UPDATE documents SET state = 'deleted', deleted_at = now() - interval '1 h'"
            " WHERE id = :id"
        ),
    ),
    (
        "G",
        accepted,
        "UPDATE outbox SET dead_at = now() WHERE payload->>'document_id' = (:id)::text",
    ),
    (
        "G",
        accepted,
        (
            "UPDATE outbox SET created_at = now() - interval '1 h'"
            " WHERE payload->>'document_id' = (:id)::text"
        ),
    ),
]


@pytest.mark.parametrize("place", EVERYWHERE, ids=lambda place: place.__name__)
def test_a_document_breaks_nothing_wherever_it_stands(
    way: Any, place: Callable[[Any], UUID]
) -> None:
    place(way)
    assert found(way) == []


def test_what_cleanup_has_removed_is_not_missed(way: Any) -> None:
    completed(way)
    with way.database.begin() as session:
        session.execute(text("DELETE FROM outbox"))
    assert [each for each in found(way) if each.invariant == "B"] == []


@pytest.mark.parametrize(("invariant", "place", "sql"), BROKEN, ids=[row[2] for row in BROKEN])
def test_what_is_broken_is_found(
    way: Any, invariant: str, place: Callable[[Any], UUID], sql: str
) -> None:
    sound = place(way)
    document_id = place(way)
    change(way, sql, document_id)
    caught = [each for each in found(way) if each.invariant == invariant]
    assert caught
    assert not any(str(sound) in each for violation in caught for each in violation.ids)
    if not all(each.startswith("outbox ") for each in caught[0].ids):
        assert any(str(document_id) in each for violation in caught for each in violation.ids)


@pytest.mark.parametrize("key", ["source_key", "raster_key"])
def test_a_text_within_reach_of_another_tenant_is_found(way: Any, key: str) -> None:
    mine = completed(way)
    other = way.split(1, tenant="other")
    way.finish(other, 1)
    way.aggregate(other)
    sql = f"UPDATE page_texts SET {key} = 'same' WHERE document_id = :id AND number = 1"
    change(way, sql, mine)
    assert found(way) == []
    change(way, sql, other)
    assert {each for violation in found(way) for each in violation.ids} == {
        f"{mine} page 1",
        f"{other} page 1",
    }


def test_at_rest_nothing_may_be_open(way: Any) -> None:
    document_id = completed(way)
    with way.database.begin() as session:
        session.execute(text("UPDATE outbox SET published_at = now()"))
    assert found(way, at_rest=True) == []
    way.move(document_id, requests.delete)
    waiting = way.accepted()
    by_letter = {each.invariant: each.ids for each in found(way, at_rest=True)}
    assert by_letter["A"] == (str(waiting),)
    assert by_letter["F"] == (str(document_id),)
    assert len(by_letter["G"]) == 2


def test_a_long_list_is_cut(way: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "MOST", 2)
    for _ in range(3):
        way.accepted()
    with way.database.begin() as session:
        session.execute(text("UPDATE documents SET sha256 = NULL"))
    [violation] = found(way)
    assert (violation.invariant, len(violation.ids), violation.more) == ("F", 2, True)


def test_a_busy_database_breaks_nothing(way: Any) -> None:
    over = threading.Event()

    def work(_: int) -> int:
        count = 0
        while not over.is_set():
            document_id = way.split(4)
            for number in (2, 1, 4):
                way.finish(document_id, number)
            if count % 2:
                way.move(document_id, requests.cancel)
                way.move(
                    document_id,
                    lambda s, d: requests.retry(s, d, lease_seconds=45, plan=way.plan),
                )
                way.finish(document_id, 3, generation=2)
                way.aggregate(document_id, generation=2)
            else:
                way.finish(document_id, 3)
                way.aggregate(document_id)
            with way.database.begin() as session:
                record(session, sheaves.dispatch(session, way.plan), {})
            count += 1
        return count

    with ThreadPoolExecutor(3) as pool:
        workers = [pool.submit(work, index) for index in range(3)]
        try:
            rounds = [found(way) for _ in range(15)]
        finally:
            over.set()
        assert sum(worker.result() for worker in workers) > 3
    assert [each for violations in rounds for each in violations] == []


def test_a_page_held_for_its_cleanup_breaks_nothing(way: Any, reading: Any) -> None:
    from store import pages

    document_id = way.split(1)
    claim = way.held_page(document_id, 1)
    with way.database.begin() as session:
        pages.record_recognition(session, claim, reading)
    assert found(way) == []
    way.held_page(document_id, 1, PageStage.CLEAN)
    assert found(way) == []
