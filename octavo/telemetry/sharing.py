"""The directory in which the processes of one node add up their counts, and their names in it.

The processes of a prefork pool come and go. Each writes to files named after its place in the
pool, and the next one in that place goes on counting in them: named after process ids, as the
client library does by itself, the files would grow in number for as long as the node runs.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client, too
PORT = "OCTAVO_METRICS_PORT"  # the setting; read here because metrics are made at import

_name: str | None = None


def wanted() -> bool:
    """Whether counts are shared: a directory is named, or this process is to serve its metrics.

    In the second case a new directory is made and named in the environment, and removed when this
    process ends. A directory that was named is shared with others and left as it is.
    """
    if os.environ.get(DIRECTORY):
        return True
    if os.environ.get(PORT, "0") in ("", "0") and f"{PORT}_FILE" not in os.environ:
        return False
    made = Path(tempfile.mkdtemp(prefix="octavo-metrics-"))
    os.environ[DIRECTORY] = str(made)
    atexit.register(_remove, made, os.getpid())
    return True


def take_place(place: int) -> None:
    """Count from now on as the process at this place in its parent's pool."""
    global _name
    _name = f"{os.getppid()}-{place}"


def process_name() -> str:
    """Differs between processes that run at the same time."""
    return _name or str(os.getpid())


def _remove(directory: Path, owner: int) -> None:
    if os.getpid() == owner:
        shutil.rmtree(directory, ignore_errors=True)
