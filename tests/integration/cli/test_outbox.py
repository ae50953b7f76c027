"""An operator looks at the outbox, takes up what was given up, and removes what is old."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from octavo.cli.main import main

pytestmark = pytest.mark.usefixtures("environment")


def octavo(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["outbox", *arguments])


def change(way: Any, assignment: str) -> int:
    with way.database.begin() as session:
        return int(
            session.execute(text(f"UPDATE outbox SET {assignment} RETURNING id")).scalar_one()
        )


def test_what_waits_and_what_was_given_up_is_listed(way: Any) -> None:
    document_id = way.accepted()
    waiting = octavo("list")
    assert str(document_id) in waiting.stdout
    assert "document.uploaded" in waiting.stdout
    assert "1 to be sent" in waiting.stderr
    row = change(way, "dead_at = now(), last_error = 'no route'")
    assert octavo("list").stdout == ""
    dead = octavo("list", "--dead")
    assert dead.stdout.startswith(f"{row}\t")
    assert "no route" in dead.stdout
    assert "1 given up" in dead.stderr


def test_a_dead_event_is_taken_up_again_by_its_id(way: Any) -> None:
    way.accepted()
    row = change(way, "dead_at = now()")
    other = octavo("retry", str(row + 1))
    assert other.exit_code == 1
    assert "1 of the ids named is no dead event" in other.stderr
    assert octavo("retry", str(row)).stderr == "1 event is sent again\n"
    assert "1 to be sent" in octavo("list").stderr
    refused = octavo("retry")
    assert refused.exit_code == 2
    assert "--all" in refused.output


def test_old_events_go_and_unpublished_ones_stay(way: Any) -> None:
    way.accepted()
    change(way, "created_at = now() - interval '9 days'")
    assert octavo("clean", "--older-than", "7d").stderr.startswith("removed 0 ")
    change(way, "published_at = now()")
    assert octavo("clean", "--older-than", "7d").stderr.startswith("removed 1 ")
    wrong = octavo("clean", "--older-than", "soon")
    assert wrong.exit_code == 2
    assert "such as 7d" in wrong.output
