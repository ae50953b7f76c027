"""The embedded servers: data stays, passwords are asked for, nothing is left running."""

from __future__ import annotations

import io
import os
import pwd
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

from octavo.local.errors import Busy, NotStarted
from octavo.local.identity import Identity
from octavo.local.linux import CAP_DAC_READ_SEARCH, held_capabilities
from octavo.local.process import Program
from octavo.local.stack import Stack
from store.objects import S3Objects

_SERVERS = ("seaweedfs", "postgres", "valkey")


def _objects(environment: dict[str, str]) -> S3Objects:
    return S3Objects(
        environment["OCTAVO_S3_ENDPOINT"],
        bucket=environment["OCTAVO_S3_BUCKET"],
        access_key=environment["OCTAVO_S3_ACCESS_KEY"],
        secret_key=environment["OCTAVO_S3_SECRET_KEY"],
    )


def _postgres(stack: Stack) -> psycopg2.extensions.connection:
    return psycopg2.connect(stack.postgres.url().replace("+psycopg2", ""))


def _pids(stack: Stack) -> list[int]:
    return [pid for name in stack.supervisor.names() if (pid := stack.supervisor.pid(name))]


def test_a_second_start_finds_the_data_and_nothing_is_left(tmp_path: Path) -> None:
    root = tmp_path / "octavo"
    with Stack(root) as stack:
        stack.start_services()
        stack.wait_services()
        first = _pids(stack)
        connection = _postgres(stack)
        with connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE kept (text text); INSERT INTO kept VALUES ('a page')")
        connection.close()
        with redis.Redis.from_url(stack.environment["OCTAVO_BROKER_URL"]) as broker:
            broker.set("kept", "a message")
        objects = _objects(stack.environment)
        objects.prepare()
        objects.put("kept", io.BytesIO(b"a scan"))
        assert (root / "servers.env").stat().st_mode & 0o777 == 0o600
        with pytest.raises(Busy):
            Stack(root).__enter__()
    assert len(first) == len(_SERVERS)
    assert not any(psutil.pid_exists(pid) for pid in first)
    assert not (root / "servers.env").exists()

    with Stack(root) as stack:
        stack.start_services()
        stack.wait_services()
        connection = _postgres(stack)
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT text FROM kept")
            assert cursor.fetchone() == ("a page",)
        connection.close()
        with redis.Redis.from_url(stack.environment["OCTAVO_BROKER_URL"]) as broker:
            assert broker.get("kept") == b"a message"
        with _objects(stack.environment).get("kept") as body:
            assert b"".join(body.chunks()) == b"a scan"
        second = _pids(stack)
    assert not any(psutil.pid_exists(pid) for pid in second)


def test_the_servers_ask_for_their_passwords(services: Stack) -> None:
    url = services.postgres.url().replace("+psycopg2", "")
    secret = url.split(":")[2].split("@")[0]
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(url.replace(secret, "guess"))
    port = services.valkey.url().rsplit(":", 1)[1].split("/")[0]
    with (
        redis.Redis(host="127.0.0.1", port=int(port)) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()
    with redis.Redis.from_url(services.valkey.url(), decode_responses=True) as broker:
        assert broker.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert broker.config_get("appendonly") == {"appendonly": "yes"}


def test_the_servers_listen_to_this_machine_only(services: Stack) -> None:
    for name in _SERVERS:
        pid = services.supervisor.pid(name)
        listening = [
            connection.laddr.ip
            for connection in psutil.Process(pid).net_connections("inet")
            if connection.status == psutil.CONN_LISTEN
        ]
        assert listening, name
        assert set(listening) == {"127.0.0.1"}, name


def test_postgres_is_never_root(services: Stack) -> None:
    assert psutil.Process(services.supervisor.pid("postgres")).uids().effective != 0


def test_what_does_not_start_says_why(tmp_path: Path) -> None:
    with Stack(tmp_path / "octavo", durable=False) as stack:
        (tmp_path / "octavo" / "postgres").mkdir(mode=0o700)
        stack.supervisor.start(Program("postgres", (sys.executable, "-c", "exit('no cluster')")))
        with pytest.raises(NotStarted, match=r"postgres ended with code 1(?s:.*)no cluster"):
            stack.wait_services(["postgres"])


@pytest.mark.skipif(
    CAP_DAC_READ_SEARCH not in held_capabilities(), reason="only root can become somebody else"
)
def test_a_plain_user_starts_it_too(tmp_path: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom octavo.local.stack import Stack\n"
        "with Stack(Path(sys.argv[1]), durable=False) as stack:\n"
        "    stack.start_services()\n    stack.wait_services()\n    print(os.geteuid())"
    )
    # The capability lets it reach an interpreter below a closed directory, as root's own may be.
    identity = Identity(nobody.pw_uid, nobody.pw_gid, CAP_DAC_READ_SEARCH)
    done = subprocess.run(
        [sys.executable, "-c", script, str(home / "octavo")],
        preexec_fn=identity.assume,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=home,
    )
    assert (done.returncode, done.stdout.strip()) == (0, str(nobody.pw_uid)), done.stderr
