"""Files that the processes of a machine have in common: the first one makes a file, others link it.

A file is shared as long as somebody has a link to it beside the one here, so nobody counts users,
and a process that is killed takes none away from the others.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_TURN = ".turn"


class Shared:
    """The files in `directory`, by name; all processes that use it run as one user."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def obtain(self, name: str, path: Path, make: Callable[[Path], object]) -> None:
        """The file as a link at `path`, made there by `make` where nobody has it.

        Those that ask for one file wait for each other. Where links are impossible, each makes it.
        """
        if not self._ours():
            make(path)
            return
        if self._linked(name, path):
            return
        with self._turn(name):
            if self._linked(name, path):
                return
            make(path)
            with suppress(OSError):
                os.link(path, self._directory / name)

    def drop_unused(self) -> None:
        """Remove what nobody has a link to any more."""
        with suppress(FileNotFoundError), os.scandir(self._directory) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    if not entry.name.endswith(_TURN) and Path(entry).stat().st_nlink == 1:
                        Path(entry).unlink()

    def _ours(self) -> bool:
        """Whether the directory is there, and nobody else can have put anything into it."""
        with suppress(FileExistsError):
            self._directory.mkdir(mode=0o700)
        there = self._directory.lstat()
        return (
            stat.S_ISDIR(there.st_mode)
            and there.st_uid == os.geteuid()
            and not stat.S_IMODE(there.st_mode) & 0o077
        )

    def _linked(self, name: str, path: Path) -> bool:
        try:
            os.link(self._directory / name, path)
        except OSError:
            return False
        return True

    @contextmanager
    def _turn(self, name: str) -> Iterator[None]:
        # By the first letters of a digest, so that these files stay few.
        with (self._directory / f"{name[:2]}{_TURN}").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # until it is closed, or this process is killed
            yield
