"""The join stage: the texts of the pages as one text, and as a document in JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pipelines.errors import PipelineError
from pipelines.values import PageInfo, Recognition

PAGE_BREAK = "\f"
SCHEMA = 1  # of the JSON form; raised when a reader of the last one would fail


@dataclass(frozen=True, slots=True)
class PageResult:
    """One page: what was read and its cleaned text, or the error that says why not."""

    page: PageInfo
    recognition: Recognition | None = None
    text: str = ""  # cleaned
    error: PipelineError | None = None


def join(texts: Sequence[str | None]) -> str:
    """Page texts with a form feed between them; None is a page without text, and keeps its place.

    Form feeds within a page become line ends, so that page n is what stands between them.
    """
    return PAGE_BREAK.join((text or "").replace(PAGE_BREAK, "\n") for text in texts)


def document(results: Sequence[PageResult]) -> dict[str, Any]:
    """The document as plain values: of each page its text raw and clean, and words with boxes.

    Boxes are in pixels, confidences run from 0 to 1. A page that failed has an `error` instead of
    a text.
    """
    return {"schema": SCHEMA, "pages": [_page(result) for result in results]}


def document_json(results: Sequence[PageResult]) -> str:
    """`document` as JSON in UTF-8."""
    return json.dumps(document(results), ensure_ascii=False)


def _page(result: PageResult) -> dict[str, Any]:
    page: dict[str, Any] = {"number": result.page.number}
    if result.error is not None:
        return page | {
            "error": {
                "reason": result.error.reason.value,
                "message": result.error.message,
                "advice": result.error.advice,
            }
        }
    if result.recognition is None:
        return page
    read = asdict(result.recognition)
    return page | {"text": result.text, "raw_text": read.pop("text")} | read
