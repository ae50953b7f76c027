"""Commands that need no server: usage, help, and exit codes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from octavo.cli import exits, main
from octavo.cli.client import Refused
from octavo.cli.up import announce
from octavo.local.session import Address
from store.states import ENDED

ID = "0b9f3f3e-6a51-4f0e-9d3b-0f7c7b1f6a11"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OCTAVO_URL", raising=False)
    monkeypatch.delenv("OCTAVO_API_KEY", raising=False)


def test_help_names_every_command_and_exit_code() -> None:
    said = CliRunner().invoke(main, ["--help"]).output
    for name in ("run", "up", "submit", "wait", "text", "list", "keys", "doctor", "migrate"):
        assert f"\n  {name} " in said
    assert "3    partial" in said


@pytest.mark.parametrize("arguments", [["read"], ["run", "--pages"], ["submit"], ["wait"]])
def test_wrong_usage(arguments: list[str]) -> None:
    assert CliRunner().invoke(main, arguments).exit_code == exits.USAGE


def test_ctrl_c_while_a_command_is_loaded_ends_it_as_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["octavo.cli.main"], "import_module", interrupted)
    result = CliRunner().invoke(main, ["up"])
    assert (result.exit_code, result.output) == (exits.INTERRUPTED, "Error: interrupted\n")


def test_a_missing_file_is_named_before_anything_starts(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["run", "absent.pdf"])
    assert result.exit_code == exits.NO_INPUT
    assert "absent.pdf cannot be read: No such file" in result.stderr
    assert result.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_without_an_address_it_says_how_to_get_one() -> None:
    result = CliRunner().invoke(main, ["text", ID])
    assert result.exit_code == exits.UNAVAILABLE
    assert "make up" in result.stderr


def test_without_a_key_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCTAVO_URL", "http://127.0.0.1:1")
    result = CliRunner().invoke(main, ["text", ID])
    assert result.exit_code == exits.NO_PERMISSION
    assert "octavo keys create" in result.stderr


def test_nobody_at_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCTAVO_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("OCTAVO_API_KEY", "octavo_x")
    result = CliRunner().invoke(main, ["text", ID])
    assert result.exit_code == exits.UNAVAILABLE
    assert "does not answer at http://127.0.0.1:1 (connection refused)" in result.stderr


def test_every_end_of_a_document_has_an_exit_code() -> None:
    assert {str(state) for state in ENDED} <= exits.OF_STATE.keys()


@pytest.mark.parametrize(
    ("status", "code"),
    [(403, exits.NO_PERMISSION), (422, exits.REFUSED), (503, exits.UNAVAILABLE)],
)
def test_a_problem_is_a_sentence_and_a_code(status: int, code: int) -> None:
    refused = Refused(status, {"detail": "There is no language xyz.", "advice": "Choose eng."})
    assert refused.message == "There is no language xyz. Choose eng."
    assert refused.exit_code == code


def test_a_tenant_that_would_break_keys_is_refused() -> None:
    result = CliRunner().invoke(main, ["keys", "create", "--name", "k", "--tenant", "a/b"])
    assert result.exit_code == exits.USAGE
    assert "no tenant can be named 'a/b'" in result.stderr


@pytest.mark.parametrize("command", ["wait", "text", "cancel", "retry", "delete"])
def test_what_is_no_id_is_never_asked_for(command: str) -> None:
    result = CliRunner().invoke(main, [command, "nonsense"])
    assert result.exit_code == exits.USAGE
    assert "'nonsense' is not a document's id" in result.stderr


@pytest.mark.parametrize(
    ("status", "problem", "words"),
    [
        (401, {"detail": "No key.", "advice": "Send a header."}, "Set OCTAVO_API_KEY"),
        (404, {"detail": "No such document.", "advice": "GET /v1/documents"}, "octavo list shows"),
        (
            404,
            {"detail": "No page 9.", "advice": "GET /v1/", "page": 9, "page_count": 3},
            "read: 3",
        ),
        (404, {"detail": "No page 9.", "advice": "GET /v1/", "page": 9}, "not known yet"),
        (404, {"detail": "No text.", "advice": "GET", "page": 1, "version": 9}, "octavo versions"),
        (
            422,
            {"detail": "There is no engine 'x' here.", "available": ["auto", "tesserocr"]},
            "There is no engine 'x' here. There are: auto, tesserocr.",
        ),
    ],
)
def test_advice_is_for_a_shell(status: int, problem: dict[str, Any], words: str) -> None:
    said = Refused(status, problem).message
    assert words in said
    assert "/v1/" not in said


def test_results_that_cannot_be_saved_are_known_before_anything_starts(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "taken").write_text("a file")
    result = CliRunner().invoke(main, ["run", "scan.pdf", "--out", "taken/out"])
    assert result.exit_code == exits.NO_OUTPUT
    assert result.stderr == "Error: taken/out cannot be written: Not a directory.\n"
    assert not (tmp_path / ".octavo").exists()


def test_a_port_that_is_taken_is_said_beside_the_address(
    capsys: pytest.CaptureFixture[str],
) -> None:
    announce(Address("http://127.0.0.1:23456", "key", "http://127.0.0.1:5555"), 1.0)
    said = capsys.readouterr().err
    assert "API      http://127.0.0.1:23456 (8000 is taken)   documentation" in said
    assert "5555 is taken" not in said
