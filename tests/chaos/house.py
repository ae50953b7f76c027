"""A whole Octavo whose every process reaches every server through a link that can be broken."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import redis
from sqlalchemy import create_engine, make_url

from octavo.broker import QUEUES
from octavo.cli.running import local_key
from octavo.local import processes
from octavo.local.ports import LOOPBACK, free_port
from octavo.local.process import Program
from octavo.local.services import Service
from octavo.local.stack import Stack
from octavo.settings import PREFIX, Settings
from tests.chaos.client import Client
from tests.chaos.points import Points
from tests.chaos.proxy import Link, Proxy

SERVERS = ("postgres", "valkey", "seaweedfs")
CHECKOUT = Path(__file__).parents[2]
_PROCESSES = ("api", "relay", *QUEUES, "beat")
_ROUND_SECONDS = 0.05
_START_SECONDS = 60.0
# Short leases, so that a repair takes seconds; the defaults are in docs/settings.md.
SETTINGS = {
    "OCTAVO_LEASE_SECONDS": "3",
    "OCTAVO_SWEEP_SECONDS": "1",
    "OCTAVO_CANARY_SECONDS": "2",
    "OCTAVO_MAX_ATTEMPTS": "3",
    "OCTAVO_OUTBOX_MAX_ATTEMPTS": "5",
    "OCTAVO_MAX_PAGES": "6000",
    "OCTAVO_RENDER_SECONDS": "20",
    "OCTAVO_RECOGNIZE_SECONDS": "20",
    "OCTAVO_RASTERIZER": "null",
    "OCTAVO_RECOGNIZER": "chaotic",
    "OCTAVO_TEST_ENGINES": "true",
    "OCTAVO_LLM_FILE": str(CHECKOUT / "tests" / "support" / "no_model.toml"),
    "OCTAVO_CLEANUP": "cleanup",
}


class House:
    """Servers, API, relay, workers and clock of one directory; used from one thread."""

    def __init__(self, root: Path, settings: Mapping[str, str] | None = None) -> None:
        self.directory = root
        self._settings = {**SETTINGS, **(settings or {})}
        self.stack = Stack(root, durable=True, hurry=True)
        self._proxy = Proxy()
        self._links: dict[tuple[str, str], Link] = {}
        self._points: dict[str, Points] = {}
        self._programs: dict[str, Program] = {}
        self._altered: set[str] = set()  # names of processes with an environment of their own
        self._held: set[int] = set()  # process ids under SIGSTOP
        self.scripts = root / "scripts"

    def __enter__(self) -> House:
        """Start everything and wait until the API is ready."""
        self.stack.__enter__()
        self.scripts.mkdir()
        self.stack.start_services()
        self.stack.wait_services()
        key = local_key(self.stack.process_environment())
        self._api_port = free_port()
        self.client = Client(f"http://{LOOPBACK}:{self._api_port}", key)
        self.engine = create_engine(self.stack.postgres.url(), pool_pre_ping=True)
        self.redis = redis.Redis.from_url(self.stack.valkey.url())
        for name in _PROCESSES:
            self.add(name)
        self.wait(self.client.ready, 90, "the API is ready")
        self.wait(lambda: "octavo.sweep" in self.log("maintenance"), 60, "the first sweep")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.resume_all()
        self.redis.close()
        self.engine.dispose()
        self.stack.__exit__(kind, error, traceback)
        self._proxy.close()

    # Processes

    def add(self, name: str, role: str | None = None, **environment: str) -> None:
        """Start one more process of a role ("api", "relay", "beat", a queue) under a name."""
        if environment:
            self._altered.add(name)
        program = self._program(name, role or name, environment)
        self._programs[name] = program
        self.stack.start(program)

    def remove(self, name: str) -> None:
        """Stop a process for good, as an operator does."""
        self._programs.pop(name)
        self._altered.discard(name)
        self.stack.supervisor.stop([name])

    def roll(self, name: str) -> None:
        """Stop a process by its stop signal, wait for its end, and start it anew."""
        self.stack.supervisor.restart([name])

    def kill(self, name: str, *, group: bool = True) -> None:
        """kill -9, of the process alone or with its children; `tend` starts it again."""
        pid = self.pid(name)
        (os.killpg if group else os.kill)(pid, signal.SIGKILL)

    def halt(self, pid: int) -> None:
        """SIGSTOP."""
        os.kill(pid, signal.SIGSTOP)
        self._held.add(pid)

    def resume(self, pid: int) -> None:
        """SIGCONT."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
        self._held.discard(pid)

    def resume_all(self) -> None:
        """Let everything go on that was halted, by `halt` or at a kill point."""
        for pid in list(self._held):
            self.resume(pid)
        for points in self._points.values():
            for path in points.directory.glob("*.fired"):
                if pid_text := path.read_text("ascii"):
                    self.resume(int(pid_text))

    def pid(self, name: str) -> int:
        """The process id; starts it when it is down."""
        self.tend()
        pid = self.stack.supervisor.pid(name)
        assert pid is not None, f"{name} does not start"
        return pid

    def children(self, name: str) -> list[int]:
        """Process ids of a worker's pool."""
        path = Path(f"/proc/{self.pid(name)}/task/{self.pid(name)}/children")
        return [int(pid) for pid in path.read_text("ascii").split()]

    def tend(self) -> None:
        """Start what has died, at once: the pauses of `octavo up` are for people."""
        supervisor = self.stack.supervisor
        supervisor.run_once()
        for name, program in self._programs.items():
            if supervisor.pid(name) is None:
                supervisor.stop([name])
                self.stack.start(program)

    # Servers

    def server(self, name: str) -> Service:
        """One of SERVERS."""
        return {service.name: service for service in self.stack.services}[name]

    def stop_server(self, name: str, *, hard: bool = False) -> None:
        """Stop a server, or kill it."""
        if hard:
            pid = self.stack.supervisor.pid(name)
            assert pid is not None
            os.killpg(pid, signal.SIGKILL)
        self.stack.supervisor.stop([name])

    def start_server(self, name: str) -> None:
        """Start it again and wait until it is ready."""
        supervisor, server = self.stack.supervisor, self.server(name)
        supervisor.run_once()
        if name in supervisor.names() and supervisor.pid(name) is None:
            supervisor.stop([name])
        if name not in supervisor.names():
            supervisor.start(server.program())
        self.wait(server.ready, _START_SECONDS, f"{name} is ready")

    def link(self, process: str, server: str) -> Link:
        """The way from a process to a server."""
        return self._links[process, server]

    def links(self, server: str) -> list[Link]:
        """Every way to a server."""
        return [link for (_, to), link in self._links.items() if to == server]

    def points(self, process: str) -> Points:
        """The kill points of a process."""
        return self._points[process]

    def script(self, page: int | str, words: str) -> None:
        """What happens when a page of that number is read (`pipelines.engines.chaotic`)."""
        fresh = self.scripts / ".fresh"
        fresh.write_text(words, "ascii")
        fresh.rename(self.scripts / str(page))

    # Looking and waiting

    def sql(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of a query, straight from the database; commits."""
        parts = make_url(self.stack.postgres.url())
        connection = psycopg2.connect(
            host=parts.host,
            port=parts.port,
            user=parts.username,
            password=parts.password,
            dbname=parts.database,
            connect_timeout=5,
        )
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query, values or None)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    def log(self, name: str) -> str:
        """What a process has said."""
        return self.stack.supervisor.log(name).read_text("utf-8", "replace")

    def sql_fails(self, query: str) -> str | None:
        """The error of a query; None: it was done."""
        try:
            self.sql(query)
        except psycopg2.Error as error:
            return str(error).strip().splitlines()[0]
        return None

    def settings(self) -> Settings:
        """The settings of its processes, with the servers' own addresses."""
        return Settings.model_validate(_fields({**self.stack.environment, **self._settings}))

    def collect(self) -> int:
        """Remove objects that no document names, however young, as a worker does; how many."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.chaos.collect"],
            env=self.stack.process_environment(**self._settings, OCTAVO_ORPHAN_SECONDS="0"),
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return int(done.stdout)

    def wait(self, condition: Callable[[], object], seconds: float, what: str) -> None:
        """Look after the processes until `condition` holds. Raises AssertionError after a while."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
            self.tend()
            time.sleep(_ROUND_SECONDS)

    def pass_time(self, seconds: float) -> None:
        """Look after the processes for so long: the length of an outage."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.tend()
            time.sleep(_ROUND_SECONDS)

    def heal(self) -> None:
        """End everything that was done to the house."""
        for link in self._links.values():
            link.heal()
        for points in self._points.values():
            points.disarm()
        for path in self.scripts.iterdir():
            path.unlink(missing_ok=True)
        self.resume_all()
        for name in SERVERS:
            self.start_server(name)
        self.redis.config_set("maxmemory", 0)
        for name in self._programs.keys() - set(_PROCESSES):
            self.remove(name)
        for name in _PROCESSES:
            if name in self._altered:
                self.remove(name)
            if name not in self._programs:
                self.add(name)
        self.tend()

    def _program(self, name: str, role: str, environment: Mapping[str, str]) -> Program:
        self._points[name] = self._points.get(name) or Points(self.directory / "points" / name)
        surroundings = {
            **self.stack.process_environment(**self._settings, **self._addresses(name)),
            "OCTAVO_KILLPOINTS": str(self._points[name].directory),
            "OCTAVO_CHAOTIC": str(self.scripts),
            **environment,
        }
        if role == "api":
            program = processes.api(surroundings, self._api_port)
        elif role == "relay":
            program = processes.relay(surroundings)
        elif role == "beat":
            (self.directory / name).mkdir(exist_ok=True)
            program = processes.beat(surroundings, self.directory / name)
        else:
            program = processes.worker(surroundings, role)
        command = tuple(
            "tests.chaos.worker" if part == "celery" else part for part in program.command
        )
        return replace(program, name=name, command=command, directory=CHECKOUT)

    def _addresses(self, name: str) -> dict[str, str]:
        """The addresses of the links, made at the first start."""
        database = make_url(self.stack.postgres.url())
        broker = urlsplit(self.stack.valkey.url())
        _, _, store_port = self.stack.seaweedfs.endpoint.rpartition(":")
        targets = {"postgres": database.port, "valkey": broker.port, "seaweedfs": int(store_port)}
        for server, port in targets.items():
            if (name, server) not in self._links:
                assert port is not None
                self._links[name, server] = self._proxy.link(port)
        ports = {server: self._links[name, server].port for server in targets}
        login = broker.netloc.rpartition(":")[0]
        return {
            "OCTAVO_DATABASE_URL": database.set(port=ports["postgres"]).render_as_string(
                hide_password=False
            ),
            "OCTAVO_BROKER_URL": f"redis://{login}:{ports['valkey']}{broker.path}",
            "OCTAVO_S3_ENDPOINT": f"{LOOPBACK}:{ports['seaweedfs']}",
        }


def _fields(environment: Mapping[str, str]) -> dict[str, str]:
    """Settings by their names, from variables."""
    return {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX)
    }
