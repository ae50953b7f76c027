"""`octavo verify` over real servers: its exit codes, its table, its JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from octavo.cli import main
from octavo.settings import settings
from store.objects import open_objects

Run = Callable[..., Result]


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    open_objects(settings()).prepare()
    return lambda *arguments: CliRunner().invoke(main, ["verify", *arguments])


def test_a_healthy_system(run: Run, way: Any) -> None:
    way.split(3)
    done = run("--broker")
    assert (done.exit_code, done.output) == (0, "every promise holds\n")


def test_a_broken_one_is_named(run: Run, way: Any) -> None:
    document_id = way.split(3)
    with way.database.begin() as session:
        session.execute(text("UPDATE documents SET pages_done = 1"))
    done = run()
    assert done.exit_code == 1
    assert done.output == f"C  {document_id}  its counters are not the numbers of its pages\n"


def test_json_for_scripts(run: Run, way: Any) -> None:
    document_id = str(way.accepted())
    done = run("--at-rest", "--json", "--objects")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert [(each["invariant"], each["more"]) for each in found] == [
        ("A", False),
        ("F", False),
        ("G", False),
    ]
    assert found[0]["ids"] == found[1]["ids"] == [document_id]


def test_a_server_that_is_not_there(run: Run, way: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCTAVO_BROKER_URL", "redis://127.0.0.1:1/0")
    settings.cache_clear()
    done = run("--broker")
    assert done.exit_code == 69
    assert "The broker does not answer" in done.output
