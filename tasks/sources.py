"""Fetched sources: a document's file is downloaded once a process, not once a page."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections import OrderedDict
from pathlib import Path

from store.claims import Source
from store.objects import Objects

_KEPT_BYTES = 200 * 2**20
_PREFIX = "octavo-sources-"


class Sources:
    """The files used last, in a directory of this process's own: as many as take `kept_bytes`.

    Pages of several documents come in turn, so one file is not enough. They go when none was asked
    for in `idle_seconds`.
    """

    def __init__(
        self, objects: Objects, *, kept_bytes: int = _KEPT_BYTES, idle_seconds: float
    ) -> None:
        self._objects = objects
        self._kept_bytes = kept_bytes
        self._idle_seconds = idle_seconds
        _sweep_dead()
        self._directory = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        self._files: OrderedDict[str, Path] = OrderedDict()
        self._lock = threading.RLock()
        self._forgetting: threading.Timer | None = None

    def fetch(self, source: Source) -> Path:
        """The file, checked against the SHA-256 it was accepted with.

        Raises what `store.objects.Objects.fetch` raises.
        """
        name = source.sha256
        with self._lock:
            self._forget_later()
            if name in self._files:
                self._files.move_to_end(name)
                return self._files[name]
            path = self._directory / name
            self._objects.fetch(source.object_key, path, sha256=source.sha256)
            self._files[name] = path
            self._make_room()
            return path

    def _make_room(self) -> None:
        sizes = {name: file.stat().st_size for name, file in self._files.items()}
        total = sum(sizes.values())
        while total > self._kept_bytes and len(self._files) > 1:
            name, oldest = self._files.popitem(last=False)
            oldest.unlink(missing_ok=True)
            total -= sizes[name]

    def _forget_later(self) -> None:
        """A document that was deleted must not stay here until others push it out."""
        if self._forgetting is not None:
            self._forgetting.cancel()
        self._forgetting = threading.Timer(self._idle_seconds, self.forget)
        self._forgetting.daemon = True
        self._forgetting.start()

    def forget(self) -> None:
        """Remove every file."""
        with self._lock:
            while self._files:
                _, path = self._files.popitem()
                path.unlink(missing_ok=True)

    def close(self) -> None:
        """Remove the directory."""
        if self._forgetting is not None:
            self._forgetting.cancel()
        shutil.rmtree(self._directory, ignore_errors=True)


def _sweep_dead() -> None:
    """Remove what processes left that were killed; their successor comes by here at its birth."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        owner = left.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists() and Path("/proc/self").exists():
            shutil.rmtree(left, ignore_errors=True)
