"""Joining pages."""

from __future__ import annotations

import json

from pipelines.assemble import PageResult, document_json, join
from pipelines.engines.null import NullRasterizer, NullRecognizer
from pipelines.errors import PageFailed, Reason
from pipelines.pipeline import PIPELINE
from pipelines.values import PageInfo


def test_missing_pages_keep_their_place() -> None:
    text = join(["one", None, "three\fand", ""])
    assert text.split("\f") == ["one", "", "three\nand", ""]


def test_the_document_says_what_is_missing_and_why(tmp_path) -> None:  # type: ignore[no-untyped-def]
    source = tmp_path / "source"
    source.touch()
    raster = NullRasterizer().rasterize(source, 7, dpi=72.0, max_pixels=10_000, seconds=1)
    read = NullRecognizer().recognize(raster, ("eng",), seconds=1)
    failed = PageFailed(Reason.PAGE_TOO_LARGE, "too large", advice="scale it down")
    results = [
        PageResult(PageInfo(7, 1.0, 1.0), read, "clean"),
        PageResult(PageInfo(8, 1.0, 1.0), error=failed),
    ]
    first, second = json.loads(document_json(results))["pages"]
    assert first["number"] == 7
    assert (first["text"], first["raw_text"]) == ("clean", "page 7\n\nnull")
    assert first["words"][1]["text"] == "7"
    assert second == {
        "number": 8,
        "error": {"reason": "page_too_large", "message": "too large", "advice": "scale it down"},
    }


def test_every_stage_has_a_queue_of_its_own() -> None:
    queues = [stage.queue for stage in PIPELINE.stages]
    assert queues == ["split", "ocr", "llm", "aggregate"]
