"""Processes that cannot be trusted with documents do not start: an exit code and one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from store import revisions
from store.findings import EXIT_CODE

CELERY = ("celery", "-A", "tasks", "worker", "-Q", "split", "--concurrency", "1")
GUNICORN = ("gunicorn", "--config", "python:api.server", "--bind", "127.0.0.1:0", "api.wsgi:app")


@pytest.fixture
def newer_schema(database_url: str) -> Iterator[None]:
    set_to(database_url, "9999")
    yield
    set_to(database_url, revisions.head())


def set_to(url: str, revision: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
    engine.dispose()


@pytest.mark.parametrize(
    ("command", "code"),
    [(("outbox",), EXIT_CODE), (CELERY, EXIT_CODE), (GUNICORN, 4)],
    ids=["relay", "worker", "api"],
)
@pytest.mark.usefixtures("newer_schema")
def test_none_starts_on_a_schema_of_a_newer_version(
    environment: dict[str, str], command: tuple[str, ...], code: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == code, said
    assert said.count("the schema is at 9999") == 1
    assert "Upgrade this one too" in said
    assert "Traceback" not in said
