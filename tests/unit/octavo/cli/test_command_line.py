"""Commands that need no server: usage, help, and exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from octavo.cli import exits, main
from octavo.cli.client import Refused
from store.states import ENDED


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OCTAVO_URL", raising=False)
    monkeypatch.delenv("OCTAVO_API_KEY", raising=False)


def test_help_names_every_command_and_exit_code() -> None:
    said = CliRunner().invoke(main, ["--help"]).output
    for name in ("run", "up", "submit", "wait", "text", "keys", "doctor", "migrate"):
        assert f"\n  {name} " in said
    assert "3    partial" in said


@pytest.mark.parametrize("arguments", [["read"], ["run", "--pages"], ["submit"], ["wait"]])
def test_wrong_usage(arguments: list[str]) -> None:
    assert CliRunner().invoke(main, arguments).exit_code == exits.USAGE


def test_a_missing_file_is_named_before_anything_starts(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["run", "absent.pdf"])
    assert result.exit_code == exits.NO_INPUT
    assert "absent.pdf cannot be read: No such file" in result.stderr
    assert result.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_without_an_address_it_says_how_to_get_one() -> None:
    result = CliRunner().invoke(main, ["text", "some-id"])
    assert result.exit_code == exits.UNAVAILABLE
    assert "make up" in result.stderr


def test_without_a_key_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCTAVO_URL", "http://127.0.0.1:1")
    result = CliRunner().invoke(main, ["text", "some-id"])
    assert result.exit_code == exits.NO_PERMISSION
    assert "octavo keys create" in result.stderr


def test_nobody_at_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCTAVO_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("OCTAVO_API_KEY", "octavo_x")
    result = CliRunner().invoke(main, ["text", "some-id"])
    assert result.exit_code == exits.UNAVAILABLE
    assert "does not answer at http://127.0.0.1:1 (connection refused)" in result.stderr


def test_every_end_of_a_document_has_an_exit_code() -> None:
    assert {str(state) for state in ENDED} <= exits.OF_STATE.keys()


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, exits.NO_PERMISSION), (422, exits.REFUSED), (503, exits.UNAVAILABLE)],
)
def test_a_problem_is_a_sentence_and_a_code(status: int, code: int) -> None:
    refused = Refused(status, {"detail": "There is no language xyz.", "advice": "Choose eng."})
    assert refused.message == "There is no language xyz. Choose eng."
    assert refused.exit_code == code


def test_a_tenant_that_would_break_keys_is_refused() -> None:
    result = CliRunner().invoke(main, ["keys", "create", "--name", "k", "--tenant", "a/b"])
    assert result.exit_code == exits.USAGE
    assert "no tenant can be named 'a/b'" in result.stderr
