"""Fetched sources: a document's file is downloaded once, not once a process or a page.

Once for all processes of a user that have a temporary directory in common: those of a machine, or
of a container.
"""

from __future__ import annotations

import math
import os
import shutil
import tempfile
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from store.claims import Source
from store.objects import Objects
from tasks.shared import Shared

_KEPT, _KEPT_BYTES = 16, 200 * 2**20
_PREFIX = "octavo-sources-"
_SHARED = "octavo-shared-sources-"  # and the user's number


@dataclass(slots=True)
class _File:
    path: Path
    size: int  # bytes
    asked: float = 0.0  # when last, by the monotonic clock


class Sources:
    """The files used last, in a directory of this process's own: a few, of `kept_bytes` together.

    Pages of several documents come in turn, so one file is not enough. Each goes when it was not
    asked for in `idle_seconds`: a document that was deleted must not stay here.
    """

    def __init__(
        self,
        objects: Objects,
        *,
        idle_seconds: float,
        kept_bytes: int = _KEPT_BYTES,
        within: Path | None = None,  # None: the system's temporary directory
    ) -> None:
        place = within or Path(tempfile.gettempdir())
        self._objects = objects
        self._kept_bytes = kept_bytes
        self._idle_seconds = idle_seconds
        self._shared = Shared(place / f"{_SHARED}{os.geteuid()}")
        _sweep_dead(place)
        self._shared.drop_unused()
        self._directory = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=place))
        self._files: OrderedDict[str, _File] = OrderedDict()
        self._lock = threading.RLock()
        self._forgetting: threading.Timer | None = None

    def fetch(self, source: Source) -> Path:
        """The file; whoever downloads it compares it with the SHA-256 it was accepted with.

        Raises what `store.objects.Objects.fetch` raises.
        """
        name = source.sha256
        with self._lock:
            if name not in self._files:
                path = self._directory / name
                path.unlink(missing_ok=True)  # of a fetch that a time limit ended here
                self._shared.obtain(name, path, lambda at: self._download(source, at))
                self._files[name] = _File(path, path.stat().st_size)
            wanted = self._files[name]
            wanted.asked = time.monotonic()
            self._files.move_to_end(name)
            self._make_room()
            self._forget_idle()
            return wanted.path

    def _download(self, source: Source, path: Path) -> None:
        self._objects.fetch(source.object_key, path, sha256=source.sha256)

    def _make_room(self) -> None:
        while len(self._files) > 1 and (
            len(self._files) > _KEPT or self._bytes() > self._kept_bytes
        ):
            self._drop(next(iter(self._files)))

    def _bytes(self) -> int:
        return sum(file.size for file in self._files.values())

    def _forget_idle(self) -> None:
        """Remove what is idle now, and come back when the next file is."""
        with self._lock:
            self.forget(time.monotonic() - self._idle_seconds)
            if self._forgetting is not None:
                self._forgetting.cancel()
            if self._files:
                due = next(iter(self._files.values())).asked + self._idle_seconds
                self._forgetting = threading.Timer(due - time.monotonic(), self._forget_idle)
                self._forgetting.daemon = True
                self._forgetting.start()

    def forget(self, until: float = math.inf) -> None:
        """Remove every file that was not asked for after that moment of the monotonic clock."""
        with self._lock:
            for name in [name for name, file in self._files.items() if file.asked <= until]:
                self._drop(name)

    def _drop(self, name: str) -> None:
        self._files.pop(name).path.unlink(missing_ok=True)
        self._shared.drop_unused()

    def close(self) -> None:
        """Remove the directory."""
        if self._forgetting is not None:
            self._forgetting.cancel()
        shutil.rmtree(self._directory, ignore_errors=True)
        self._shared.drop_unused()


def _sweep_dead(place: Path) -> None:
    """Remove what processes left that were killed; their successor comes by here at its birth."""
    for left in place.glob(f"{_PREFIX}*"):
        owner = left.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists() and Path("/proc/self").exists():
            shutil.rmtree(left, ignore_errors=True)
