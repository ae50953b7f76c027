"""A lost file, a lost picture and an orphan are found; what is still in time is not."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from store import layout, pages, requests, uploads, verify_objects
from store.objects import MemoryObjects
from store.states import PageStage
from store.verify import Violation

HOUR = 3600


@pytest.fixture
def objects() -> MemoryObjects:
    return MemoryObjects()


def put(objects: MemoryObjects, key: str) -> str:
    objects.put(key, io.BytesIO(b"%PDF-"))
    return key


def found(way: Any, objects: MemoryObjects, age: float = HOUR) -> list[Violation]:
    return verify_objects.run(way.database, objects, orphan_seconds=age)


def test_a_document_with_its_file_is_in_order(way: Any, objects: MemoryObjects) -> None:
    document_id = way.accepted()
    put(objects, layout.source_key("default", document_id))
    assert found(way, objects, age=-1) == []


def test_a_lost_file_is_found(way: Any, objects: MemoryObjects) -> None:
    document_id = way.accepted()
    [violation] = found(way, objects)
    assert (violation.invariant, violation.ids) == ("F", (str(document_id),))


def test_a_lost_picture_is_found(way: Any, objects: MemoryObjects, reading: Any) -> None:
    document_id = way.split(1)
    put(objects, layout.source_key("default", document_id))
    image = layout.image_key("default", document_id, 1)
    claim = way.held_page(document_id, 1, PageStage.RECOGNIZE)
    with way.database.begin() as session:
        pages.record_recognition(session, claim, replace(reading, image_key=image))
    assert [violation.ids for violation in found(way, objects)] == [(image,)]
    put(objects, image)
    assert found(way, objects) == []


def test_nothing_is_owed_for_what_was_deleted_or_never_came(
    way: Any, objects: MemoryObjects
) -> None:
    gone = way.accepted()
    way.move(gone, requests.delete)
    with way.database.begin() as session:
        uploads.promise(session, replace(way.upload(), sha256=None), expires_seconds=60)
    assert found(way, objects) == []


def test_an_orphan_is_found_once_it_is_old(way: Any, objects: MemoryObjects) -> None:
    key = put(objects, layout.source_key("default", uuid4()))
    put(objects, "somebody/elses/file")
    assert found(way, objects) == []
    [violation] = found(way, objects, age=-1)
    assert violation.ids == (key,)


def test_more_documents_than_one_batch(
    way: Any, objects: MemoryObjects, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify_objects, "_BATCH", 2)
    lost = {str(way.accepted()) for _ in range(5)}
    [violation] = found(way, objects)
    assert set(violation.ids) == lost
