"""Files that processes have in common: the first one makes a file, the others link it.

A file is shared as long as somebody has a link to it beside the one here, so nobody counts users,
and a process that is killed takes none away from the others.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from octavo.locking import locked

PATIENCE_SECONDS = 30.0  # for one that makes the file and may be slow or stopped
_TURN = ".turn"


class Shared:
    """The files in `directory`, by name; all processes that use it run as one user.

    Where the directory cannot be had, or others could have put something into it, nothing is
    shared and nothing is touched.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def obtain(self, name: str, path: Path, make: Callable[[Path], object]) -> None:
        """The file as a link at `path`, where none is yet; `make` makes it where nobody has it.

        `make` writes a new file: others may have links to any that was there. Those that ask for
        one file (and, rarely, for another) wait for the one that makes it, PATIENCE_SECONDS at
        most; then each makes it for itself, as where links are impossible. Raises what `make`
        raises.
        """
        with self._opened() as place:
            if place is None:
                make(path)
                return
            if _linked(place, name, path):
                return
            with _turn(place, name):
                if not _linked(place, name, path):
                    make(path)
                    with suppress(OSError):
                        os.link(path, name, dst_dir_fd=place)

    def drop_unused(self) -> None:
        """Remove what nobody has a link to any more."""
        with self._opened() as place:
            if place is None:
                return
            with os.scandir(place) as entries:
                for entry in entries:
                    with suppress(FileNotFoundError):
                        links = entry.stat(follow_symlinks=False).st_nlink
                        if links == 1 and not entry.name.endswith(_TURN):
                            os.unlink(entry.name, dir_fd=place)

    @contextmanager
    def _opened(self) -> Iterator[int | None]:
        try:
            with suppress(FileExistsError):
                self._directory.mkdir(mode=0o700)
            place = os.open(self._directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            yield None
            return
        try:
            there = os.fstat(place)
            # Below a directory with set-group-id, it has that too.
            private = there.st_uid == os.geteuid() and there.st_mode & 0o777 == 0o700
            yield place if private else None
        finally:
            os.close(place)


def _linked(place: int, name: str, path: Path) -> bool:
    try:
        os.link(name, path, src_dir_fd=place)
    except OSError:
        return False
    return True


@contextmanager
def _turn(place: int, name: str) -> Iterator[None]:
    """Alone, or once those have had their time that were here before."""
    try:
        # By the first letters of a digest, so that these files stay few.
        file = os.open(f"{name[:2]}{_TURN}", os.O_RDWR | os.O_CREAT, 0o600, dir_fd=place)
    except OSError:
        yield
        return
    try:
        with suppress(OSError):  # where there are no locks, nobody waits
            if not locked(file, fcntl.LOCK_EX):
                # With all others that waited: if the first one failed, they do not try in turn.
                locked(file, fcntl.LOCK_SH, PATIENCE_SECONDS)
        yield
    finally:
        os.close(file)
