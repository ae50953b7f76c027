"""A page is read once; what was read badly, or not asked for, is read again."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from octavo.samples import make_scan
from pipelines.recognize import recognize
from pipelines.values import Recognition
from store import layout
from store.models import Document, PageText
from store.objects.memory import MemoryObjects
from store.states import PageState
from tasks import context, llm, ocr, split, steps
from tasks.context import Context
from tasks.sources import Sources


@pytest.fixture
def held(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Context]:
    del environment
    context.close()
    real = context.context()
    objects = MemoryObjects()
    objects.prepare()
    sources = Sources(objects, idle_seconds=60, within=tmp_path)
    fake = replace(real, objects=objects, sources=sources)
    monkeypatch.setattr(steps, "context", lambda: fake)
    yield fake
    sources.close()
    context.close()


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[Recognition]:
    """What the engine has read, a page at a time."""
    seen: list[Recognition] = []

    def watched(*given: Any, **more: Any) -> Recognition:
        seen.append(recognize(*given, **more))
        return seen[-1]

    monkeypatch.setattr("tasks.ocr.recognize_raster", watched)
    return seen


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "scan.png"
    make_scan(path, pages=1, seed=31)
    return path


def through(way: Any, held: Context, path: Path, **options: Any) -> PageText:
    """One page from its upload to its clean text."""
    content = path.read_bytes()
    document_id: UUID = way.accepted()
    with way.database.begin() as session:
        document = session.get_one(Document, document_id)
        document.sha256 = hashlib.sha256(content).hexdigest()
        document.options = {**document.options, **options}
    held.objects.put(layout.source_key("default", document_id), io.BytesIO(content))
    split.split(str(document_id), 1)
    ocr.recognize(str(document_id), 1, 1)
    llm.clean(str(document_id), 1, 1)
    assert way.one_page(document_id, 1).state is PageState.DONE
    with way.database.begin() as session:
        found: PageText = session.get_one(PageText, (document_id, 1))
    return found


def again(path: Path) -> Path:
    """The same pixels in a file of other bytes: something after the image's end."""
    other = path.with_name(f"again-{path.name}")
    other.write_bytes(path.read_bytes() + b"\0")
    return other


def test_a_page_is_read_once(
    way: Any, held: Context, scan: Path, readings: list[Recognition]
) -> None:
    first = through(way, held, scan)
    by_file, by_pixels = through(way, held, scan), through(way, held, again(scan))
    assert len(readings) == 1
    for found in (by_file, by_pixels):
        assert (found.raw, found.clean, found.words) == (first.raw, first.clean, first.words)
        assert (found.flags, found.written_at) == ([*first.flags, "cached"], first.written_at)
    assert {first.image_key, by_file.image_key, by_pixels.image_key} == {None}


def test_a_picture_is_kept_where_a_model_is_to_see_it(way: Any, held: Context, scan: Path) -> None:
    found = through(way, held, scan, cleanup="vision")
    assert found.image_key == layout.image_key("default", found.document_id, 1)
    with held.objects.get(found.image_key) as body:
        assert b"".join(body.chunks()).startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    "options",
    [{"cache": False}, {"text_layer": "force"}, {"languages": ["auto"]}],
    ids=["not asked for", "another option", "other languages"],
)
def test_what_was_read_otherwise_is_read_again(
    way: Any, held: Context, scan: Path, readings: list[Recognition], options: dict[str, Any]
) -> None:
    through(way, held, scan)
    found = through(way, held, scan, **options)
    assert len(readings) >= 2
    assert "cached" not in found.flags


def test_a_setting_turns_it_off(
    way: Any,
    held: Context,
    scan: Path,
    readings: list[Recognition],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    off = replace(held, settings=held.settings.model_copy(update={"cache": False}))
    monkeypatch.setattr(steps, "context", lambda: off)
    for _ in range(2):
        found = through(way, off, scan)
        assert (found.source_key, found.raster_key) == (None, None)
    assert len(readings) == 2


@pytest.mark.parametrize("how", ["flagged", "hurried"])
def test_what_was_read_worse_than_it_can_be_is_nobody_elses(
    way: Any, held: Context, scan: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    def worse(*given: Any, **more: Any) -> Recognition:
        return replace(recognize(*given, **more), flags=("resolution_lowered",))

    if how == "flagged":
        monkeypatch.setattr("tasks.ocr.recognize_raster", worse)
    else:
        monkeypatch.setattr("pipelines.identity.HURRIED", 0.0)
    first, second = through(way, held, scan), through(way, held, scan)
    for found in (first, second):
        assert (found.source_key, found.raster_key) == (None, None)
        assert "cached" not in found.flags
