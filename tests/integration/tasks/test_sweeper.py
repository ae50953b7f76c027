"""A repair that fails keeps no other from its turn, and two sweepers repair once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from store import sweep
from store.states import PageState
from tasks import context, sweeper


@pytest.fixture(autouse=True)
def worker(environment: dict[str, str]) -> Iterator[None]:
    del environment
    context.close()
    yield
    context.close()


def test_a_repair_that_fails_keeps_no_other_from_its_turn(
    way: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    document_id = way.accepted()
    way.age(60)

    def breaks(*_: object) -> list[Any]:
        raise ZeroDivisionError

    monkeypatch.setattr(sweep, "overdue_sheaves", breaks)
    assert sweeper.run_once(context.context()) == {"document_overdue": 1}
    assert way.topics(document_id).count("document.uploaded") == 2


def test_a_sheaf_whose_rows_contradict_each_other_keeps_no_other_waiting(way: Any) -> None:
    broken, sound = way.split(1), way.split(1)
    for _ in range(3):
        way.held_page(broken, 1)
        way.age(60)
    with way.database.begin() as session:
        session.execute(text("UPDATE documents SET generation = 2 WHERE id = :id"), {"id": broken})
        session.execute(
            text("UPDATE sheaves SET generation = 2 WHERE document_id = :id"), {"id": broken}
        )
    way.age(1000)
    sweeper.run_once(context.context())
    assert way.topics(sound).count("sheaf.ready") == 2


def test_two_sweepers_send_a_lost_sheaf_once(way: Any) -> None:
    document_id = way.split(2)
    way.age(60)
    with ThreadPoolExecutor(4) as pool:
        held = context.context()
        list(pool.map(lambda _: sweeper.run_once(held), range(4)))
    assert way.topics(document_id).count("sheaf.ready") == 2
    assert way.one_page(document_id, 1).state is PageState.PENDING
