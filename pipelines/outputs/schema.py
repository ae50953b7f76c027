"""The JSON Schema of the JSON result: ``python -m pipelines.outputs.schema`` prints it."""

from __future__ import annotations

import json
import sys
from typing import Any

from pipelines.outputs.json_pages import FORMAT, VERSION
from pipelines.values import BlockKind

Schema = dict[str, Any]

WHOLE: Schema = {"type": "integer", "minimum": 0}
SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
TEXT: Schema = {"type": "string"}
TEXTS: Schema = {"type": "array", "items": TEXT}


def text() -> str:
    """The schema as it is kept in docs/result.schema.json."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def schema() -> Schema:
    """The schema of a whole result; ``$defs/page`` is that of a line of JSON Lines."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:octavo:result:{VERSION}",
        "title": "A document as Octavo read it",
        **_object(
            format={"const": FORMAT},
            version={"const": VERSION},
            document={"$ref": "#/$defs/document"},
            pages={"type": "array", "items": {"$ref": "#/$defs/page"}},
        ),
        "$defs": {
            "document": _document(),
            "page": _page(),
            "block": _block(),
            "line": _line(),
            "word": _word(),
            "box": _box(),
            "reason": _reason(),
        },
    }


def _document() -> Schema:
    return _object(
        id=_said("Names the document.", {**TEXT, "format": "uuid"}),
        filename=_said("The client's name of the file, cleaned.", TEXT),
        media_type=_said("What the file is.", TEXT),
        sha256=_said("SHA-256 of the file, hex.", _or_null(TEXT)),
        state=_said("How it ended: completed, partial, failed or cancelled.", TEXT),
        page_count=_said("Pages that were asked for.", WHOLE),
        pages_done=_said("Pages that have their text.", WHOLE),
        pages_failed=_said("Pages that have a reason instead.", WHOLE),
        created_at=_said("When it was sent, UTC.", {**TEXT, "format": "date-time"}),
        finished_at=_said("When it ended, UTC.", _or_null({**TEXT, "format": "date-time"})),
        missing_pages=_said(
            "Numbers of pages that were asked for and have no text.",
            {"type": "array", "items": WHOLE},
        ),
        engines=_said("What read the pages, most used first.", TEXTS),
        languages=_said("Languages they were read in, Tesseract codes.", TEXTS),
        software=_said("What wrote this.", TEXT),
    )


def _page() -> Schema:
    texts = _object(
        raw=_said("As it was read.", TEXT),
        clean=_said("Cleaned; null where that was not done.", _or_null(TEXT)),
    )
    return _object(
        number=_said("In the file, from 1.", {"type": "integer", "minimum": 1}),
        state=_said("done, failed, or how far it was when the document ended.", TEXT),
        text=_said("Null where nothing was read.", _or_null(texts)),
        confidence=_said("Mean over the words; null without words.", _or_null(SHARE)),
        width=_said("Pixels of the raster that boxes refer to.", _or_null(WHOLE)),
        height=_said("Pixels of the raster that boxes refer to.", _or_null(WHOLE)),
        dpi=_said("Pixels per inch of that raster.", _or_null({"type": "number"})),
        turn=_said(
            "Degrees clockwise that set the text on that raster upright.",
            {"enum": [0, 90, 180, 270]},
        ),
        engine=_said("What read the page.", _or_null(TEXT)),
        languages=_said("Languages it was read in, Tesseract codes.", TEXTS),
        flags=_said("What is particular about it.", TEXTS),
        reason=_said("Why it has no text.", _or_null({"$ref": "#/$defs/reason"})),
        blocks=_said("In reading order.", _each("block")),
        lines=_said("In reading order.", _each("line")),
        words=_said("In reading order.", _each("word")),
    )


def _block() -> Schema:
    return _object(
        kind=_said("What it is for its reader.", {"enum": [str(kind) for kind in BlockKind]}),
        box=_said("Where it stands.", {"$ref": "#/$defs/box"}),
        first=_said("Number of its first line.", WHOLE),
        end=_said("The number after its last line's.", WHOLE),
        columns=_said(
            "Of a table: left edges of its columns, pixels.", {"type": "array", "items": WHOLE}
        ),
    )


def _line() -> Schema:
    return _object(
        number=_said("As words and blocks count lines.", WHOLE),
        box=_said("Where it stands.", {"$ref": "#/$defs/box"}),
        confidence=_said("Mean over its words.", SHARE),
        first=_said("Index in `words` of its first word.", WHOLE),
        end=_said("The index after its last word's.", WHOLE),
    )


def _word() -> Schema:
    return _object(
        text=_said("As it was read, or as a model whose answer was taken mended it.", TEXT),
        box=_said("Where it stands.", {"$ref": "#/$defs/box"}),
        confidence=_said("How sure the engine was.", SHARE),
        line=_said("Number of its line.", WHOLE),
    )


def _box() -> Schema:
    side = {"type": "integer"}
    return {
        "description": "Pixels from the raster's top left; right and bottom lie just outside.",
        **_object(left=side, top=side, right=side, bottom=side),
    }


def _reason() -> Schema:
    return _object(
        code=_said("Stable reason code; pending: not read when the document ended.", TEXT),
        detail=_said("The same in words.", TEXT),
        retryable=_said("Whether trying again may help.", {"type": "boolean"}),
    )


def _object(**properties: Schema) -> Schema:
    """An object with all of these; readers must bear more, which a later version may add."""
    return {"type": "object", "required": list(properties), "properties": properties}


def _each(name: str) -> Schema:
    return {"type": "array", "items": {"$ref": f"#/$defs/{name}"}}


def _or_null(kind: Schema) -> Schema:
    return {"anyOf": [kind, {"type": "null"}]}


def _said(description: str, kind: Schema) -> Schema:
    return {"description": description, **kind}


if __name__ == "__main__":
    sys.stdout.write(text())
