"""Objects as files under one directory, for one machine without S3."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from store.objects.errors import (
    InvalidKey,
    ObjectChanged,
    ObjectMissing,
    ObjectStoreUnavailable,
    PresignUnsupported,
)
from store.objects.keys import checked
from store.objects.protocol import Body, Objects, PresignedPost, Stored
from store.objects.transfer import CHUNK, Measured, Reader

ABANDONED_SECONDS = 24 * 3600  # a partial file this old has lost its writer


class DirectoryObjects(Objects):
    """Files are written aside, synced, then renamed into place: a key is never half-written.

    An ETag is inode, time and size: each put makes a new inode. The media type is not kept.
    """

    def __init__(self, root: Path) -> None:
        self._objects = root / "objects"
        self._partial = root / "partial"

    def prepare(self) -> None:
        with _translated("the directory"):
            self._objects.mkdir(parents=True, exist_ok=True)
            self._partial.mkdir(exist_ok=True)
            for left in self._partial.iterdir():
                with suppress(FileNotFoundError):
                    if left.stat().st_mtime < time.time() - ABANDONED_SECONDS:
                        left.unlink()

    def check(self) -> None:
        if not os.access(self._objects, os.W_OK) or not os.access(self._partial, os.W_OK):
            raise ObjectStoreUnavailable(f"{self._objects} is missing or cannot be written")

    def put(
        self,
        key: str,
        stream: Reader,
        *,
        size: int | None = None,
        max_bytes: int | None = None,
        media_type: str = "application/octet-stream",  # noqa: ARG002 - not kept
    ) -> Stored:
        target = self._path(key)
        measured = Measured(stream, size=size, max_bytes=max_bytes)
        with _translated(key):
            written = self._write(measured, target)
        return replace(_stored(key, written), sha256=measured.sha256)

    @contextmanager
    def get(self, key: str) -> Iterator[Body]:
        path = self._path(key)
        with _translated(key):
            file = path.open("rb", buffering=0)
        with file:
            yield Body(_stored(key, os.fstat(file.fileno())), file.read)

    def head(self, key: str) -> Stored | None:
        path = self._path(key)
        try:
            with _translated(key):
                return _stored(key, path.stat()) if path.is_file() else None
        except ObjectMissing:
            return None

    def copy_if_match(self, source: str, target: str, etag: str) -> Stored:
        self._path(target)
        with self.get(source) as body:
            # The open file is the version that was compared: an overwrite makes another inode.
            if body.stored.etag != etag:
                raise ObjectChanged(f"{source!r} was overwritten")
            return self.put(target, body)

    def delete(self, key: str) -> None:
        path = self._path(key)
        with suppress(ObjectMissing), _translated(key):
            path.unlink()
            _drop_empty(path.parent, self._objects)

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[Stored]:
        top = self._objects.joinpath(*prefix.split("/")[:-1])
        if not top.resolve().is_relative_to(self._objects.resolve()):
            raise InvalidKey(f"prefix {prefix[:80]!r} leaves the store")
        for key in _keys(top, self._objects, after):
            found = self.head(key) if key.startswith(prefix) else None
            if found is not None:
                yield found

    def presign_post(self, key: str, **_form: Any) -> PresignedPost:
        raise PresignUnsupported(f"{key!r}: clients cannot upload to a directory")

    def _path(self, key: str) -> Path:
        return self._objects / checked(key)

    def _write(self, measured: Measured, target: Path) -> os.stat_result:
        descriptor, name = tempfile.mkstemp(dir=self._partial)
        partial = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                while data := measured.read(CHUNK):
                    file.write(data)
                file.flush()
                os.fsync(file.fileno())
                written = os.fstat(file.fileno())
            _place(partial, target, self._objects)
        except BaseException:
            with suppress(FileNotFoundError):
                partial.unlink()
            raise
        return written


def _place(partial: Path, target: Path, root: Path) -> None:
    """Rename into place; a delete may sweep the folder away between the two steps, so try again."""
    for last in (False, False, True):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            partial.replace(target)
            break
        except FileNotFoundError:
            if last:
                raise
    for folder in (target.parent, *target.parent.parents):
        _sync(folder)
        if folder == root:
            break


def _sync(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:  # a racing delete emptied it: nothing left to keep
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _keys(folder: Path, root: Path, after: str) -> Iterator[str]:
    """Keys in a folder that sort after `after`, in order; folders that lie before are passed by."""
    try:
        with os.scandir(folder) as entries:
            found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    except FileNotFoundError:  # never there, or a racing delete emptied it
        return
    start = "" if folder == root else f"{folder.relative_to(root).as_posix()}/"
    for key, inner in sorted((f"{start}{name}{'/' * inner}", inner) for name, inner in found):
        if not inner and key > after:
            yield key
        elif inner and (key > after or after.startswith(key)):
            yield from _keys(root / key, root, after)


def _drop_empty(folder: Path, root: Path) -> None:
    while folder != root:
        try:
            folder.rmdir()
        except OSError:  # another object lives here
            return
        folder = folder.parent


def _etag(status: os.stat_result) -> str:
    return f"{status.st_ino:x}-{status.st_mtime_ns:x}-{status.st_size:x}"


def _stored(key: str, status: os.stat_result) -> Stored:
    modified = datetime.fromtimestamp(int(status.st_mtime), UTC)
    return Stored(key, status.st_size, _etag(status), modified)


@contextmanager
def _translated(key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise ObjectMissing(f"no object under {key!r}") from error
    except (NotADirectoryError, IsADirectoryError, FileExistsError) as error:
        raise InvalidKey(f"{key!r} and another key are folder and object of one name") from error
    except OSError as error:
        raise ObjectStoreUnavailable(f"{key!r}: {error.strerror or error}") from error
