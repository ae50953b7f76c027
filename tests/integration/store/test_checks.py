"""What the checks at start say of real databases and object stores, good and bad ones."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, create_engine, make_url, text

from octavo.local.stack import Stack
from octavo.settings import Settings
from store import checks, revisions
from store.database import open_engine
from store.findings import Finding, Standing, StartRefused, accept
from store.objects import MemoryObjects, Objects, Stored
from store.objects import checks as object_checks


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    opened = opened_at(database_url)
    yield opened
    opened.dispose()


def opened_at(url: str) -> Engine:
    settings = Settings(database_url=SecretStr(url))
    return open_engine(settings, application="checks", pool_size=2)


def named(found: list[Finding]) -> dict[str, Finding]:
    return {finding.name: finding for finding in found}


def test_a_good_database(engine: Engine) -> None:
    found = checks.run(engine)
    # The tests' own server is quick rather than safe, and is told so.
    unsafe = [finding for finding in found if finding.standing is not Standing.OK]
    assert {finding.name for finding in unsafe} == {"database durability"}
    assert named(found)["migrations"].words == f"at {revisions.head()}"


def test_durability_that_is_off_is_a_warning(engine: Engine) -> None:
    words = [each.words for each in checks.run(engine) if each.standing is Standing.WARNING]
    assert words[0].startswith("fsync is off: a crash may lose accepted documents")
    assert len(words) == 3


@pytest.mark.parametrize(("skew", "way"), [(-300.0, "300 s behind"), (300.0, "300 s ahead of")])
def test_a_clock_off_by_minutes_is_a_warning(engine: Engine, skew: float, way: str) -> None:
    clock = named(checks.run(engine, clock=lambda: time.time() + skew))["clock"]
    assert clock.standing is Standing.WARNING
    assert f"is {way} the database's" in clock.words


def test_a_schema_of_a_newer_version_is_refused(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        found = checks.run(engine)
    finally:
        with engine.begin() as connection:
            known = {"head": revisions.head()}
            connection.execute(text("UPDATE alembic_version SET version_num = :head"), known)
    with pytest.raises(StartRefused, match=r"schema is at 9999, .*Upgrade this one too"):
        accept(found, lambda _: None)


def test_a_schema_of_an_older_version_will_be_migrated(services: Stack) -> None:
    admin = create_engine(services.postgres.url(), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE bare"))
    bare = opened_at(services.postgres.url("bare"))
    found = named(checks.run(bare))["migrations"]
    bare.dispose()
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE bare"))
    admin.dispose()
    assert (found.standing, found.words[:7]) == (Standing.PENDING, "at base")


@pytest.mark.parametrize("ignored", ["options", ""], ids=["drops options", "refuses options"])
def test_a_pooler_in_transaction_mode_is_refused(
    database_url: str, tmp_path: Path, ignored: str
) -> None:
    with pooler(database_url, tmp_path, "transaction", ignored) as url:
        pooled = opened_at(url)
        found = checks.run(pooled)
        pooled.dispose()
    with pytest.raises(StartRefused, match=r"pooler in transaction mode .*pool_mode = session"):
        accept(found, lambda _: None)


def test_a_pooler_in_session_mode_is_not(database_url: str, tmp_path: Path) -> None:
    with pooler(database_url, tmp_path, "session", "options") as url:
        pooled = opened_at(url)
        found = named(checks.run(pooled))
        pooled.dispose()
    assert found["database sessions"].standing is Standing.OK
    assert found["database settings"].standing is Standing.WARNING


def test_a_store_with_conditional_copies() -> None:
    objects = MemoryObjects()
    [finding] = object_checks.run(objects)
    assert finding.standing is Standing.OK
    assert list(objects.list()) == []


def test_a_real_store(open_bucket: Callable[[str], Objects]) -> None:
    objects = open_bucket("checked")
    objects.prepare()
    [finding] = object_checks.run(objects)
    assert finding.standing is Standing.OK
    assert list(objects.list()) == []


class Careless(MemoryObjects):
    """A store that does not know the condition, as some S3 servers do not."""

    def copy_if_match(self, source: str, target: str, etag: str) -> Stored:
        found = self.head(source)
        assert found is not None
        return replace(super().copy_if_match(source, target, found.etag), key=target)


def test_a_store_that_ignores_conditions_is_refused() -> None:
    objects = Careless()
    with pytest.raises(StartRefused, match="x-amz-copy-source-if-match"):
        accept(object_checks.run(objects), lambda _: None)
    assert list(objects.list()) == []


@contextmanager
def pooler(database_url: str, folder: Path, mode: str, ignored: str) -> Iterator[str]:
    """A pgbouncer before the tests' PostgreSQL; its address."""
    program = shutil.which("pgbouncer")
    if program is None:
        pytest.skip("needs pgbouncer (Debian: apt install pgbouncer)")
    at = make_url(database_url)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    (folder / "users").write_text(f'"{at.username}" "{at.password}"\n')
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n* = host={at.host} port={at.port}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = scram-sha-256\nauth_file = users\n"
        f"pool_mode = {mode}\nignore_startup_parameters = extra_float_digits,{ignored}\n"
        "logfile = log\n"
    )
    # It does not run as root.
    user = 65534 if os.geteuid() == 0 else None
    if user is not None:
        for path in (folder, *folder.iterdir()):
            os.chown(path, user, -1)
    command = [program, "pgbouncer.ini"]
    process = subprocess.Popen(
        command, cwd=folder, user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _await(process, at.set(port=port), folder / "log")
        yield at.set(port=port).render_as_string(hide_password=False)
    finally:
        process.kill()
        process.wait(timeout=10)


def _await(process: subprocess.Popen[bytes], at: Any, log: Path) -> None:
    deadline = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < deadline:
        try:
            psycopg2.connect(
                host=at.host, port=at.port, user=at.username, password=at.password,
                dbname=at.database, connect_timeout=3,
            ).close()  # fmt: skip
        except psycopg2.OperationalError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(log.read_text() if log.exists() else "pgbouncer did not start")
