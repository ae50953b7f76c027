"""Small files of the local stack: environments, secrets, locks, ports."""

from __future__ import annotations

import socket
import tempfile
from pathlib import Path

import pytest

from octavo.local import environment, ports, secret_values
from octavo.local.errors import Busy
from octavo.local.lock import Lock
from octavo.local.session import Address, read_address
from octavo.local.stack import temporary


def test_an_environment_file_is_read_as_written_and_private(tmp_path: Path) -> None:
    path = tmp_path / "local.env"
    values = {"OCTAVO_URL": "http://127.0.0.1:8000", "OCTAVO_API_KEY": "a=b"}
    environment.write(path, values)
    environment.write(path, values)
    assert environment.read(path) == values
    assert path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["local.env"]


def test_no_file_says_nothing(tmp_path: Path) -> None:
    assert environment.read(tmp_path / "none") == {}
    assert read_address(tmp_path) is None


def test_an_address_needs_its_key(tmp_path: Path) -> None:
    environment.write(tmp_path / "local.env", {"OCTAVO_URL": "http://there"})
    assert read_address(tmp_path) is None
    environment.write(
        tmp_path / "local.env", {"OCTAVO_URL": "http://there", "OCTAVO_API_KEY": "octavo_x"}
    )
    assert read_address(tmp_path) == Address("http://there", "octavo_x")


def test_secrets_are_made_once(tmp_path: Path) -> None:
    made = secret_values.load(tmp_path / "secrets.env")
    assert secret_values.load(tmp_path / "secrets.env") == made
    assert len({made.postgres, made.valkey, made.s3}) == 3
    assert (tmp_path / "secrets.env").stat().st_mode & 0o777 == 0o600


def test_a_lock_is_held_by_one(tmp_path: Path) -> None:
    first, second = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    first.acquire()
    with pytest.raises(Busy, match="in use by another stack"):
        second.acquire()
    first.release()
    second.acquire()
    second.release()


def test_no_port_is_given_out_twice() -> None:
    given = [ports.free_port() for _ in range(50)]
    assert len(set(given)) == 50


def test_a_taken_port_is_not_preferred() -> None:
    with socket.create_server((ports.LOOPBACK, 0)) as server:
        taken = server.getsockname()[1]
        assert not ports.is_free(taken)
        assert ports.answers(taken)
        assert ports.preferred(taken) != taken
    free = ports.free_port()
    assert ports.preferred(free) == free


def test_a_port_that_another_stack_is_about_to_take_is_not_preferred(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    free = ports.free_port()
    assert ports.is_free(free)
    held = ports.reserved
    monkeypatch.setattr(ports, "reserved", lambda port: port != free and held(port))
    assert ports.preferred(free) != free


def test_temporary_files_are_kept_apart_and_gone_at_the_next_start(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    root = tmp_path_factory.mktemp("o")
    made = temporary(root)
    assert made == root / "tmp"
    assert made.stat().st_mode & 0o777 == 0o700
    (made / "left").mkdir()
    assert list(temporary(root).iterdir()) == []


def test_a_path_too_long_for_sockets_is_not_used(tmp_path: Path) -> None:
    root = tmp_path / ("d" * 100)
    root.mkdir()
    assert temporary(root) == Path(tempfile.gettempdir())
    assert list(root.iterdir()) == []
