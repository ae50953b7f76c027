"""Without the servers, commands say so in one sentence and end with a code of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from octavo.cli import exits
from octavo.cli.main import main
from octavo.settings import settings
from outbox.__main__ import main as outbox_main
from pipelines.engines import registry

_NOBODY = "127.0.0.1:1"


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OCTAVO_DATABASE_URL", f"postgresql+psycopg2://octavo@{_NOBODY}/octavo")
    monkeypatch.setenv("OCTAVO_BROKER_URL", f"redis://{_NOBODY}/0")
    monkeypatch.delenv("OCTAVO_S3_SECRET_KEY", raising=False)
    monkeypatch.delenv("OCTAVO_TEST_ENGINES", raising=False)
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.parametrize(
    "arguments",
    [["keys", "list"], ["verify"], ["outbox", "list"], ["outbox", "clean"], ["migrate"]],
)
def test_a_database_that_is_away_is_one_sentence(arguments: list[str]) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == exits.UNAVAILABLE
    assert result.stderr == (
        "Error: The database does not answer: Connection refused."
        " Set OCTAVO_DATABASE_URL, or start the stack here with: make up\n"
    )


def test_so_it_is_for_the_cron_job() -> None:
    result = CliRunner().invoke(outbox_main, ["clean", "--older-than", "7d"])
    assert result.exit_code == exits.UNAVAILABLE
    assert result.stderr == (
        "Error: The database does not answer: Connection refused. Set OCTAVO_DATABASE_URL.\n"
    )


def test_doctor_names_language_data_that_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ita.traineddata"
    path.write_bytes(b"damaged")
    monkeypatch.setenv("OCTAVO_TESSDATA", str(tmp_path))
    said = CliRunner().invoke(main, ["doctor", "--only", "languages"])
    assert f"damaged, or of another version: {path}" in said.stdout


def test_doctor_speaks_in_sentences_and_offers_no_test_engine() -> None:
    said = CliRunner().invoke(main, ["doctor"])
    assert said.exit_code == exits.ERROR
    assert "database: it does not answer (Connection refused)." in said.stdout
    assert "object store: its secret key is not set." in said.stdout
    assert not any(name in said.stdout for name in registry.TEST_ENGINES)
