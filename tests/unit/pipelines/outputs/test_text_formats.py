"""Results without markup: text, Markdown, JSON, JSON Lines, CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pipelines.outputs import csv_words, json_lines, json_pages, md, schema, txt
from pipelines.outputs.formats import FORMATS
from pipelines.outputs.values import Choice, DocumentResult, PageResult, Renderer

KEPT = Path(__file__).parents[4] / "docs" / "result.schema.json"


def whole(
    render: Renderer,
    document: DocumentResult,
    pages: list[PageResult],
    choice: Choice = Choice.CLEAN,
) -> str:
    return b"".join(render(document, iter(pages), choice)).decode()


def test_a_page_without_text_keeps_its_place(document: Any, pages: Any) -> None:
    assert whole(txt.render, document, pages) == "clean office\nhalf\f# no heading\f"
    assert whole(txt.render, document, pages, Choice.RAW) == "raw ofﬁce\f# no heading\f"


def test_markdown_shows_what_was_read_and_names_what_was_not(document: Any, pages: Any) -> None:
    assert whole(md.render, document, pages) == (
        "<!-- page 1 -->\n\nclean office\nhalf\n"
        "\n<!-- page 2 -->\n\n\\# no heading\n"
        "\n<!-- page 3: not read (timeout) -->\n"
    )


def test_json_is_what_its_schema_says(document: Any, pages: Any) -> None:
    made = json.loads(whole(json_pages.render, document, pages))
    jsonschema.Draft202012Validator.check_schema(schema.schema())
    jsonschema.Draft202012Validator(schema.schema()).validate(made)
    one, two, three = made["pages"]
    assert made["document"]["missing_pages"] == [3]
    assert one["text"] == {"raw": "raw ofﬁce", "clean": "clean office\fhalf"}
    assert one["words"][5]["text"] == "𝄞clef" and one["words"][5]["line"] == 3
    assert [(line["first"], line["end"]) for line in one["lines"]] == [
        (0, 1),
        (1, 3),
        (3, 4),
        (4, 6),
        (6, 7),
    ]
    assert one["lines"][1]["box"] == {"left": 10, "top": 50, "right": 140, "bottom": 70}
    assert [block["kind"] for block in one["blocks"]] == ["header", "text", "table"]
    assert one["blocks"][2]["columns"] == [10, 90]
    assert (two["turn"], two["text"]["clean"]) == (90, None)
    assert three["text"] is None and three["reason"]["code"] == "timeout"


def test_json_has_no_field_that_its_schema_does_not_name(document: Any, pages: Any) -> None:
    made = json.loads(whole(json_pages.render, document, pages))
    defined = schema.schema()["$defs"]
    page = made["pages"][0]
    for name, found in {
        "document": made["document"],
        "page": page,
        "block": page["blocks"][0],
        "line": page["lines"][0],
        "word": page["words"][0],
        "box": page["words"][0]["box"],
        "reason": made["pages"][2]["reason"],
    }.items():
        assert found.keys() == defined[name]["properties"].keys(), name


def test_the_kept_schema_is_fresh() -> None:
    command = "python -m pipelines.outputs.schema > docs/result.schema.json"
    assert KEPT.read_text("utf-8") == schema.text(), f"run: {command}"


def test_json_lines_are_the_pages_of_the_json(document: Any, pages: Any) -> None:
    made = whole(json_lines.render, document, pages).splitlines()
    assert [json.loads(line) for line in made] == json.loads(
        whole(json_pages.render, document, pages)
    )["pages"]


def test_a_document_without_pages_is_still_json(document: Any) -> None:
    assert json.loads(whole(json_pages.render, document, []))["pages"] == []


def test_csv_has_a_word_a_row_and_runs_nothing(document: Any, pages: Any) -> None:
    made = whole(csv_words.render, document, pages)
    head, *rows = csv.reader(io.StringIO(made, newline=""))
    assert tuple(head) == csv_words.COLUMNS
    assert rows[0] == ["1", "0", "0", "10", "5", "70", "25", "0.9123", "Head"]
    assert rows[3][-1] == "'=SUM(A1)"
    assert [row[0] for row in rows] == ["1"] * 7 + ["2"] * 2


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_a_formula_is_text(start: str) -> None:
    assert csv_words.safe(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"
    assert csv_words.safe(f"a{start}") == f"a{start}"


@pytest.mark.parametrize("name", FORMATS)
def test_a_renderer_holds_one_page_at_a_time(name: str, document: Any, pages: Any) -> None:
    """After each piece, no more than one page was taken than pieces were given."""
    taken = 0

    def counted() -> Iterator[PageResult]:
        nonlocal taken
        for page in pages:
            taken += 1
            yield page

    for given, _ in enumerate(FORMATS[name].render(document, counted(), Choice.CLEAN), 1):
        assert taken <= given
    assert taken == 3
