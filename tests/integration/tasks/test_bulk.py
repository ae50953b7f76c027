"""Cheap pages go from claim to done in one task, and what is not cheap is set aside."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

import pikepdf
import pytest

from octavo.samples import make_book, make_scan
from pipelines.confine import confined
from pipelines.values import PageInfo
from store import documents, layout, sweep
from store.models import Document, PageText
from store.moves import SheafDispatched
from store.objects.memory import MemoryObjects
from store.states import PageState
from tasks import context, ocr, steps
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
    fake = Context(real.settings, real.database, objects, sources)
    monkeypatch.setattr(steps, "context", lambda: fake)
    yield fake
    sources.close()
    context.close()


def split(
    way: Any, held: Context, path: Path, count: int, options: dict[str, str] | None = None
) -> UUID:
    """A document of this file whose pages are expected to be cheap."""
    content = path.read_bytes()
    document_id: UUID = way.accepted()
    claim = way.claimed(document_id)
    held.objects.put(
        layout.source_key("default", document_id),
        io.BytesIO(content),
        size=len(content),
        media_type="application/pdf",
    )
    pages = [
        documents.NewPage(n, asdict(PageInfo(n, 595.0, 842.0)), cheap=True)
        for n in range(1, count + 1)
    ]
    with way.database.begin() as session:
        documents.record_split(
            session, claim, media_type="application/pdf", pages=pages, plan=way.plan
        )
        document = session.get_one(Document, document_id)
        document.options = {**document.options, **(options or {})}
        document.sha256 = hashlib.sha256(content).hexdigest()
    return document_id


def test_pages_with_a_layer_are_done_and_a_scan_is_set_aside(
    way: Any, held: Context, tmp_path: Path
) -> None:
    book, scan = tmp_path / "book.pdf", tmp_path / "scan.pdf"
    make_book(book, 1)
    make_scan(scan, 1)
    with pikepdf.open(book) as mixed, pikepdf.open(scan) as other:
        mixed.pages.extend(other.pages)
        mixed.save(tmp_path / "mixed.pdf")
    document_id = split(way, held, tmp_path / "mixed.pdf", 2)
    ocr.bulk(str(document_id), 1, [1, 2])
    first, second = (way.one_page(document_id, number) for number in (1, 2))
    assert (first.state, first.source["verdict"]) == (PageState.DONE, "text")
    assert (second.state, second.attempt) == (PageState.PENDING, 0)
    assert (second.source["verdict"], round(second.source["dpi"])) == ("image", 200)
    with way.database.begin() as session:
        text = session.get_one(PageText, (document_id, 1))
        assert text.clean.startswith("The folded sheet\n\n")
        assert text.words[0]["text"] == "The"


@pytest.mark.parametrize(
    ("mode", "state"), [("off", PageState.DONE), ("cleanup", PageState.RECOGNIZED)]
)
def test_a_page_waits_only_for_a_model(
    mode: str, state: PageState, way: Any, held: Context, tmp_path: Path
) -> None:
    make_book(tmp_path / "book.pdf", 1)
    document_id = split(way, held, tmp_path / "book.pdf", 1, {"cleanup": mode})
    ocr.recognize(str(document_id), 1, 1)
    assert way.one_page(document_id, 1).state is state
    assert ("document.recognized" in way.topics(document_id)) is (mode == "off")
    way.age(1000)
    with way.database.begin() as session:
        moves = sweep.overdue_sheaves(session, way.plan, 3)
    sent = [(move.pages, move.clean) for move in moves if isinstance(move, SheafDispatched)]
    assert sent == [((1,), True)] * (mode != "off")


def test_a_page_that_ends_its_child_costs_no_other_page(
    way: Any, held: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_book(tmp_path / "book.pdf", 2)
    document_id = split(way, held, tmp_path / "book.pdf", 2)

    def deadly(
        work: Any, source: Path, pages: tuple[PageInfo, ...], *more: Any, **bounds: Any
    ) -> Any:
        if any(page.number == 2 for page in pages):
            return confined(_abort, limits=bounds["limits"])
        return confined(work, source, pages, *more, **bounds)

    monkeypatch.setattr("pipelines.layers.confined", deadly)
    ocr.bulk(str(document_id), 1, [1, 2])
    assert way.one_page(document_id, 1).state is PageState.DONE
    assert way.one_page(document_id, 2).state is PageState.PENDING


def _abort() -> tuple[int, ...]:
    os.abort()
