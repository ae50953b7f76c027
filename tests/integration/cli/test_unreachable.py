"""Why nobody answered is said in words, whatever the HTTP library calls it."""

from __future__ import annotations

import socket
import threading

import pytest

from octavo.cli import exits
from octavo.cli.client import Client, Unreachable


def test_a_server_that_hangs_up_broke_off_the_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            connection, _ = server.accept()
            connection.recv(1)
            connection.close()

        server.settimeout(30)
        thread = threading.Thread(target=hang_up, daemon=True)
        thread.start()
        client = Client(f"http://127.0.0.1:{server.getsockname()[1]}", "octavo_x")
        with pytest.raises(Unreachable, match=r"\(the connection broke off\)") as raised:
            client.document("d")
        thread.join()
    assert raised.value.exit_code == exits.UNAVAILABLE
