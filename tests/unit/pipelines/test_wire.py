"""What travels from a confined child, and what does not."""

from __future__ import annotations

import json

import pytest

from pipelines import wire
from pipelines.errors import DocumentRejected, PageFailed, PipelineError, Reason
from pipelines.values import Box, Inspection, PageInfo, Raster, Recognition, Word


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text ü \ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
        (1, 2.5, True, None, "x", ()),
        Raster(2, 2, 300.0, b"\0\1\2\3", ("resolution_lowered",)),
        (Raster(1, 1, 1.0, b"a"), Raster(1, 1, 1.0, b"b")),
        Inspection("application/pdf", 1, (PageInfo(1, 10.0, 20.0, None, True),)),
        Recognition("a", (Word("a", Box(1, 2, 3, 4), 0.5, 0),), 0.5, 9, 9, 72.0, "null", ("eng",)),
    ],
)
def test_values_come_back_equal(value: object) -> None:
    assert wire.decode(wire.encode(value)) == value


@pytest.mark.parametrize("kind", [PipelineError, DocumentRejected, PageFailed])
def test_errors_come_back_whole(kind: type[PipelineError]) -> None:
    error = kind(Reason.ENCRYPTED, "locked", retryable=True, advice="unlock it")
    back = wire.decode(wire.encode(error))
    assert type(back) is kind
    assert vars(back) == vars(error)


def test_other_objects_do_not_travel() -> None:
    with pytest.raises(TypeError, match="object does not travel"):
        wire.encode(object())


def _message(header: object, body: bytes = b"") -> bytes:
    data = json.dumps(header).encode()
    return wire.LENGTH.pack(len(data)) + data + body


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 8,
        b"\xff" * 20,
        _message({"kind": "Popen", "of": []}),
        _message({"kind": "Raster", "of": [1]}),
        _message({"error": "SystemExit", "of": ["internal", "", False, ""]}),
        _message({"error": "PageFailed", "of": ["no such reason", "", False, ""]}),
        _message({"bytes": [0, 9]}, b"short"),
        _message({"bytes": [-3, 2]}, b"short"),
    ],
)
def test_a_lying_child_gets_an_error_and_nothing_else(data: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.decode(data)
