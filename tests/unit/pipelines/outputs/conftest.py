"""A document of three pages: one with everything, one turned, one that failed."""

from __future__ import annotations

import pytest

from pipelines.outputs.values import DocumentResult, PageResult, Why
from pipelines.values import Block, BlockKind, Box, Word

HOSTILE = '<img src=x onerror="alert(1)">&amp;\x00\x0b\ufffe'


def word(text: str, left: int, top: int, line: int, width: int = 60) -> Word:
    return Word(text, Box(left, top, left + width, top + 20), 0.912345, line)


@pytest.fixture
def document() -> DocumentResult:
    return DocumentResult(
        id="7a9d1c1e-2b7e-4d0e-9a52-8f2d1f0b6c11",
        filename='a "scan"; <b>.pdf',
        media_type="application/pdf",
        sha256="0" * 64,
        state="partial",
        page_count=3,
        pages_done=2,
        pages_failed=1,
        created_at="2026-10-21T09:30:00.000Z",
        finished_at="2026-10-21T09:30:05.000Z",
        missing_pages=(3,),
        engines=("tesserocr 5.5.4",),
        languages=("eng",),
        software="Octavo 0.1.0",
    )


@pytest.fixture
def pages() -> list[PageResult]:
    words = (
        word("Head", 10, 5, 0),
        word("One", 10, 50, 1),
        word(HOSTILE, 80, 50, 1),
        word("=SUM(A1)", 10, 80, 2),
        word("cell", 10, 120, 3),
        word("𝄞clef", 90, 120, 3),
        word("stray", 10, 160, 4),
    )
    blocks = (
        Block(BlockKind.HEADER, Box(10, 5, 70, 25), 0, 1),
        Block(BlockKind.TEXT, Box(10, 50, 140, 100), 1, 3),
        Block(BlockKind.TABLE, Box(10, 120, 150, 140), 3, 4, (10, 90)),
    )
    return [
        PageResult(
            1,
            "done",
            raw="raw ofﬁce",
            clean="clean office\fhalf",
            words=words,
            blocks=blocks,
            width=200,
            height=300,
            dpi=150.0,
            confidence=0.9123,
            engine="tesserocr 5.5.4",
            languages=("eng",),
            flags=("resolution_lowered",),
        ),
        PageResult(
            2,
            "recognized",
            raw="# no heading",
            words=(word("turned", 30, 40, 0), word("round", 30, 110, 0)),
            width=200,
            height=300,
            dpi=150.0,
            turn=90,
        ),
        PageResult(3, "failed", why=Why("timeout", "It took <too> long.", retryable=True)),
    ]
