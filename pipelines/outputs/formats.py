"""The formats a result can be had in, by the suffix that names them."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.outputs import alto, csv_words, hocr, json_lines, json_pages, md, txt
from pipelines.outputs.values import Renderer


@dataclass(frozen=True, slots=True)
class Format:
    """How a result is written, and what it is called."""

    media_type: str
    render: Renderer
    says: str  # what is in it, for people
    chooses: bool = False  # has one text of a page, so that raw or clean may be asked for
    grows: bool = False  # of use while the document runs
    words: bool = True  # tells where each word stands


FORMATS: dict[str, Format] = {
    "txt": Format(
        "text/plain; charset=utf-8",
        txt.render,
        "the text, a form feed between pages",
        chooses=True,
        grows=True,
        words=False,
    ),
    "md": Format(
        "text/markdown; charset=utf-8",
        md.render,
        "the text as Markdown, tables as tables, heads and feet of pages as comments",
        chooses=True,
    ),
    "json": Format(
        "application/json",
        json_pages.render,
        "everything: texts, blocks, lines, words, boxes, confidence",
    ),
    "jsonl": Format(
        "application/jsonl",
        json_lines.render,
        "the same, a page a line",
        grows=True,
    ),
    "hocr": Format(
        "application/xhtml+xml; charset=utf-8", hocr.render, "hOCR 1.2, words with their boxes"
    ),
    "alto": Format(
        "application/xml; charset=utf-8", alto.render, "ALTO 4.2, the same for archives"
    ),
    "csv": Format("text/csv; charset=utf-8; header=present", csv_words.render, "a word a row"),
}

PDF = "pdf"  # made of the file itself, by `pipelines.outputs.pdf`, rather than rendered of pages
NAMES = (*FORMATS, PDF)
