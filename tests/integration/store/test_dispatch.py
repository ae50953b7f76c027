"""Sheaves go out in bounded numbers, and a letter overtakes a book."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select, text

from outbox.record import record
from store import sheaves
from store.models import Sheaf
from store.states import SheafState


def dispatched(way: Any) -> list[tuple[object, int]]:
    with way.database.begin() as session:
        rows = session.scalars(select(Sheaf).where(Sheaf.state == SheafState.DISPATCHED))
        return sorted(((row.document_id, row.number) for row in rows), key=str)


def dispatch(way: Any) -> list[Any]:
    with way.database.begin() as session:
        moves = sheaves.dispatch(session, way.plan)
        record(session, moves, {})
        return moves


def test_two_sheaves_of_a_book_are_on_their_way(way: Any) -> None:
    book = way.split(9)
    assert dispatched(way) == [(book, 0), (book, 1)]
    assert way.topics(book).count("sheaf.ready") == 2
    assert dispatch(way) == []


def test_a_finished_sheaf_makes_room_for_the_next(way: Any) -> None:
    book = way.split(9)
    way.finish(book, 1)
    assert dispatch(way) == []
    way.finish(book, 2)
    [move] = dispatch(way)
    assert (move.sheaf, move.pages) == (2, (5, 6))


def test_a_letter_is_sent_before_the_rest_of_a_book(way: Any) -> None:
    way.plan = replace(way.plan, pages_in_flight=2)
    book = way.split(9)
    letter = way.split(1)
    assert dispatched(way) == [(book, 0)]
    way.finish(book, 1)
    way.finish(book, 2)
    assert [move.document_id for move in dispatch(way)] == [letter, book]


def test_a_tenant_with_less_on_its_way_comes_first(way: Any) -> None:
    way.plan = replace(way.plan, pages_in_flight=4)
    first = way.split(8, tenant="loud")
    way.split(8, tenant="loud")
    quiet = way.split(8, tenant="quiet")
    assert len(dispatched(way)) == 2
    way.finish(first, 1)
    way.finish(first, 2)
    [move] = dispatch(way)
    assert move.document_id == quiet


def test_a_closed_sheaf_is_not_sent(way: Any) -> None:
    book = way.split(9)
    waiting = way.sheaf(book, 3)
    with way.database.begin() as session:
        session.get_one(Sheaf, (book, 1, 3)).state = SheafState.DONE
    with way.database.begin() as session:
        assert sheaves.send(session, waiting, waiting.pages, 45) == []


def test_a_tenant_with_thousands_of_documents_hides_nobody(way: Any) -> None:
    way.plan = replace(way.plan, pages_in_flight=4)
    first = way.split(8, tenant="loud")
    with way.database.begin() as session:
        session.execute(
            text(
                "INSERT INTO documents (id, tenant, state, stage, generation, filename, media_type,"
                " size_bytes, object_key, options, page_count, pages_done, pages_failed, attempt,"
                " drives, fence, trace, queued_at) SELECT gen_random_uuid(), 'loud', 'processing',"
                " 'pages', 1, 'f', 'm', 1, 'k', '{}', 1, 0, 0, 0, 0, 0, '{}',"
                " now() - interval '1 day' FROM generate_series(1, 2000)"
            )
        )
        session.execute(
            text(
                "INSERT INTO sheaves (document_id, generation, number, tenant, state, pages,"
                " pages_left, drives) SELECT id, 1, 0, 'loud', 'waiting', '{1}', 1, 0"
                " FROM documents WHERE filename = 'f'"
            )
        )
    quiet = way.split(1, tenant="quiet")
    way.finish(first, 1)
    way.finish(first, 2)
    assert dispatch(way)[0].document_id == quiet
