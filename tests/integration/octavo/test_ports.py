"""Two processes that start servers at the same time."""

from __future__ import annotations

import subprocess
import sys

from octavo.local import ports

TAKE = "import sys; from octavo.local import ports; print(ports.reserved(int(sys.argv[1])))"


def test_a_port_that_another_process_was_given_is_not_given_out() -> None:
    assert not _reserved_elsewhere(ports.free_port())
    assert _reserved_elsewhere(1)  # no server of ours is given it


def _reserved_elsewhere(port: int) -> bool:
    ran = subprocess.run(
        [sys.executable, "-c", TAKE, str(port)], capture_output=True, text=True, check=True
    )
    return ran.stdout.strip() == "True"
