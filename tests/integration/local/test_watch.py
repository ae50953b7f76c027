"""A worker that lives and consumes nothing is started anew; a busy or a young one is not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from octavo.broker import QUEUES
from octavo.local.process import Program
from octavo.local.supervisor import Supervisor
from octavo.local.watch import Watch
from octavo.settings import Settings
from store import canaries

STEADY = (sys.executable, "-c", "import signal; signal.pause()")


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    made = Supervisor(tmp_path)
    for name in (*QUEUES, "beat"):
        made.start(Program(name=name, command=STEADY))
    yield made
    made.stop(made.names())


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def watch(supervisor: Supervisor, database_url: str, said: list[str]) -> Watch:
    settings = Settings(database_url=SecretStr(database_url), canary_seconds=30)
    made = Watch(supervisor, settings, said.append)
    made._began -= 80  # it has looked on for so long
    return made


def silence(way: Any, *silent: str) -> None:
    """All have shown themselves just now but these."""
    with way.database.begin() as session:
        for queue in QUEUES:
            canaries.finished(session, queue, QUEUES)
        session.execute(
            text("UPDATE canaries SET done_at = done_at - interval '80 s' WHERE queue = ANY(:q)"),
            {"q": list(silent)},
        )


def test_a_silent_worker_is_started_anew_and_given_time(
    watch: Watch, supervisor: Supervisor, way: Any, said: list[str]
) -> None:
    silence(way, "notify")
    before = {name: supervisor.pid(name) for name in supervisor.names()}
    assert watch.run_once() == ["notify"]
    after = {name: supervisor.pid(name) for name in supervisor.names()}
    assert {name for name in after if after[name] != before[name]} == {"notify"}
    assert said == ["notify lives and does nothing; starting it anew"]
    assert watch.run_once() == []


def test_a_busy_worker_is_left_alone(watch: Watch, way: Any) -> None:
    silence(way, "ocr")
    document_id = way.split(1)
    way.held_page(document_id, 1)
    assert watch.run_once() == []
    way.age(50)
    assert watch.run_once() == ["ocr"]


def test_when_all_are_silent_it_is_the_clock_that_stands_still(watch: Watch, way: Any) -> None:
    silence(way, *QUEUES)
    assert watch.run_once() == ["beat"]


def test_a_stack_that_has_just_started_is_given_time(watch: Watch, way: Any) -> None:
    silence(way, "notify")
    watch._began += 80
    assert watch.run_once() == []


def test_a_database_that_is_down_tells_nothing(supervisor: Supervisor, said: list[str]) -> None:
    nowhere = SecretStr("postgresql+psycopg2://nobody@127.0.0.1:1/none")
    assert Watch(supervisor, Settings(database_url=nowhere), said.append).run_once() == []
