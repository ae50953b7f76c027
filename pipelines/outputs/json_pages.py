"""A page and a document as JSON objects, after docs/result.schema.json."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from pipelines.outputs.values import Choice, DocumentResult, PageResult, lines
from pipelines.values import Box

FORMAT = "octavo-result"
VERSION = 1  # one more when a reader of the last one would misread


def render(
    document: DocumentResult, pages: Iterator[PageResult], choice: Choice
) -> Iterator[bytes]:
    """One object: the document, and its pages with both of their texts."""
    del choice
    head = dumped({"format": FORMAT, "version": VERSION, "document": head_object(document)})
    yield head[:-1] + b',"pages":['
    for index, page in enumerate(pages):
        yield (b",\n" if index else b"\n") + dumped(page_object(page))
    yield b"\n]}\n"


def head_object(document: DocumentResult) -> dict[str, Any]:
    """The document without its pages."""
    return asdict(document)


def page_object(page: PageResult) -> dict[str, Any]:
    """One page with all that was read on it."""
    return {
        "number": page.number,
        "state": page.state,
        "text": None if page.raw is None else {"raw": page.raw, "clean": page.clean},
        "confidence": page.confidence,
        "width": page.width,
        "height": page.height,
        "dpi": page.dpi,
        "turn": page.turn,
        "engine": page.engine,
        "languages": page.languages,
        "flags": page.flags,
        "reason": page.why and asdict(page.why),
        "blocks": [
            {
                "kind": block.kind,
                "box": _box(block.box),
                "first": block.first,
                "end": block.end,
                "columns": block.columns,
            }
            for block in page.blocks
        ],
        "lines": [
            {
                "number": line.number,
                "box": _box(line.box),
                "confidence": round(line.confidence, 4),
                "first": line.first,
                "end": line.end,
            }
            for line in lines(page)
        ],
        "words": [
            {
                "text": word.text,
                "box": _box(word.box),
                "confidence": round(word.confidence, 4),
                "line": word.line,
            }
            for word in page.words
        ],
    }


def dumped(value: object) -> bytes:
    """`value` as JSON on one line, UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _box(box: Box) -> dict[str, int]:
    return {"left": box.left, "top": box.top, "right": box.right, "bottom": box.bottom}
