"""Ctrl-C, wherever it comes: the command ends as it says, not by the signal."""

from __future__ import annotations

import subprocess
import sys

_INTERRUPTED = """
from octavo.cli.running import stopped_by_signals

with stopped_by_signals():
    try:
        exec("import os, signal\\nos.kill(os.getpid(), signal.SIGINT)\\nwhile True: pass")
    except KeyboardInterrupt:
        print("stopping")
"""


def test_ctrl_c_while_a_dataclass_is_made_ends_the_command_well() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "stopping\n"), done.stderr
