"""A file is fetched once, checked, and forgotten when others came after it."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from store.claims import Source
from store.objects.errors import ChecksumMismatch
from store.objects.memory import MemoryObjects
from tasks.sources import Sources


@pytest.fixture
def objects() -> MemoryObjects:
    held = MemoryObjects()
    held.prepare()
    return held


@pytest.fixture
def sources(objects: MemoryObjects, tmp_path: Path) -> Iterator[Sources]:
    held = Sources(objects, kept_bytes=10, idle_seconds=60, within=tmp_path)
    yield held
    held.close()


def source(objects: MemoryObjects, content: bytes) -> Source:
    key = f"default/{uuid4()}/source"
    objects.put(key, io.BytesIO(content))
    digest = hashlib.sha256(content).hexdigest()
    return Source(uuid4(), "default", 1, key, digest, "application/pdf", {}, {})


def test_a_file_is_fetched_once(objects: MemoryObjects, sources: Sources) -> None:
    wanted = source(objects, b"one")
    path = sources.fetch(wanted)
    objects.delete(wanted.object_key)
    assert sources.fetch(wanted) == path
    assert path.read_bytes() == b"one"


def test_the_file_used_longest_ago_goes_first(objects: MemoryObjects, sources: Sources) -> None:
    one, two, three = (source(objects, name) for name in (b"1234", b"2345", b"3456"))
    first, second = sources.fetch(one), sources.fetch(two)
    sources.fetch(one)
    sources.fetch(three)
    assert first.exists()
    assert not second.exists()


def test_a_file_larger_than_all_room_is_kept_while_it_is_used(
    objects: MemoryObjects, sources: Sources
) -> None:
    small, large = source(objects, b"small"), source(objects, b"larger than ten bytes")
    first, second = sources.fetch(small), sources.fetch(large)
    assert not first.exists()
    assert second.exists()


def test_other_bytes_than_were_accepted_are_refused(
    objects: MemoryObjects, sources: Sources
) -> None:
    wanted = source(objects, b"accepted")
    objects.put(wanted.object_key, io.BytesIO(b"replaced"))
    with pytest.raises(ChecksumMismatch):
        sources.fetch(wanted)
    assert not list(Path(sources._directory).iterdir())


def test_nothing_is_left_behind(objects: MemoryObjects, tmp_path: Path) -> None:
    held = Sources(objects, idle_seconds=60, within=tmp_path)
    path = held.fetch(source(objects, b"x"))
    held.close()
    assert not path.parent.exists()


def test_what_a_killed_process_left_is_removed_by_the_next(
    objects: MemoryObjects, tmp_path: Path
) -> None:
    child = subprocess.Popen(["true"])
    child.wait()
    left = tmp_path / f"octavo-sources-{child.pid}-x"
    living = tmp_path / f"octavo-sources-{os.getpid()}-y"
    for directory in (left, living):
        directory.mkdir()
        (directory / "file").write_bytes(b"x")
    Sources(objects, idle_seconds=60, within=tmp_path).close()
    assert not left.exists()
    assert living.exists()


def test_files_go_when_nothing_was_asked_for_a_while(
    objects: MemoryObjects, tmp_path: Path
) -> None:
    held = Sources(objects, idle_seconds=0.05, within=tmp_path)
    path = held.fetch(source(objects, b"deleted by its owner"))
    assert held._forgetting is not None
    held._forgetting.join(10)
    assert not path.exists()
    held.close()


def test_a_file_goes_when_only_others_were_asked_for(
    objects: MemoryObjects, tmp_path: Path
) -> None:
    held = Sources(objects, idle_seconds=3600, within=tmp_path)
    deleted, busy = source(objects, b"deleted"), source(objects, b"busy")
    gone, kept = held.fetch(deleted), held.fetch(busy)
    held._files[deleted.sha256].asked -= 1800
    held.fetch(busy)
    assert gone.exists()
    held._files[deleted.sha256].asked -= 1800
    held.fetch(busy)
    assert (gone.exists(), kept.exists()) == (False, True)
    held.close()


def test_processes_of_a_machine_have_one_file(objects: MemoryObjects, tmp_path: Path) -> None:
    one, other = (Sources(objects, idle_seconds=60, within=tmp_path) for _ in range(2))
    wanted = source(objects, b"large")
    path = one.fetch(wanted)
    objects.delete(wanted.object_key)
    assert other.fetch(wanted).samefile(path)
    one.close()
    third = Sources(objects, idle_seconds=60, within=tmp_path)
    assert third.fetch(wanted).read_bytes() == b"large"
    other.close()
    assert [each.stat().st_nlink for each in tmp_path.rglob(wanted.sha256)] == [2, 2]
    third.close()


def test_a_file_that_nobody_has_any_more_is_gone(objects: MemoryObjects, tmp_path: Path) -> None:
    one, other = (Sources(objects, idle_seconds=60, within=tmp_path) for _ in range(2))
    wanted = source(objects, b"deleted by its owner")
    for held in (one, other):
        held.fetch(wanted)
    one.forget()
    assert len(list(tmp_path.rglob(wanted.sha256))) == 2
    other.close()
    assert not list(tmp_path.rglob(wanted.sha256))
    one.close()
