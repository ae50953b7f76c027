"""Every move is told by one event, every event has a contract, a key and somebody who listens."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args
from uuid import UUID

import pytest

from outbox.events import CATALOGUE, UnknownEvent, event_of, parse
from outbox.routes import ROUTES
from store.moves import Accepted, Deleted, Ended, Move, PagesFinished, SheafDispatched
from store.states import ENDED, DocumentState

DOCUMENT = UUID("5c1b9f0e-6a0b-4a5e-9a0e-111111111111")
MOVES: list[Move] = [
    Accepted(DOCUMENT, "acme", 1),
    SheafDispatched(DOCUMENT, "acme", 2, sheaf=3, drive=1, pages=(25, 26)),
    PagesFinished(DOCUMENT, "acme", 1),
    Deleted(DOCUMENT, "acme", 1),
    *(Ended(DOCUMENT, "acme", 1, state) for state in sorted(ENDED)),
]


def test_every_kind_of_move_is_here() -> None:
    assert {type(move) for move in MOVES} == set(get_args(Move))


@pytest.mark.parametrize("move", MOVES, ids=lambda move: type(move).__name__)
def test_an_event_survives_its_row(move: Move) -> None:
    event = event_of(move)
    row = event.model_dump(mode="json")
    assert parse(event.topic, event.version, row) == event
    assert row["document_id"] == str(DOCUMENT)


def test_telling_the_same_move_twice_is_the_same_event() -> None:
    keys = [event_of(move).key for move in MOVES]
    assert keys == [event_of(replace(move)).key for move in MOVES]
    assert len(set(keys)) == len(keys)


def test_a_redrive_and_a_new_generation_are_other_events() -> None:
    first = Accepted(DOCUMENT, "acme", 1)
    others = [replace(first, drive=1), replace(first, generation=2)]
    assert len({event_of(move).key for move in [first, *others]}) == 3


def test_each_terminal_state_has_a_topic_of_its_own() -> None:
    topics = {event_of(Ended(DOCUMENT, "acme", 1, state)).topic for state in ENDED}
    assert topics == {f"document.{state}" for state in ENDED}


def test_a_state_that_is_not_terminal_is_no_ending() -> None:
    with pytest.raises(KeyError):
        event_of(Ended(DOCUMENT, "acme", 1, DocumentState.QUEUED))


def test_every_contract_is_routed_and_every_route_has_a_contract() -> None:
    assert {topic for topic, _ in CATALOGUE} == set(ROUTES)
    assert all(ROUTES.values())


def test_a_row_of_a_newer_version_is_refused_with_advice() -> None:
    with pytest.raises(UnknownEvent, match="upgrade"):
        parse("document.uploaded", 99, {})


def test_a_reader_ignores_fields_that_a_newer_writer_added() -> None:
    event = event_of(MOVES[0])
    row = event.model_dump(mode="json") | {"colour": "blue"}
    assert parse(event.topic, event.version, row) == event
