"""What travels from a confined child, and what does not."""

from __future__ import annotations

import json
import pickle

import pytest

from pipelines import wire
from pipelines.errors import (
    DocumentRejected,
    LanguageDamaged,
    PageFailed,
    PipelineError,
    Reason,
)
from pipelines.values import (
    Block,
    BlockKind,
    Box,
    Inspection,
    PageInfo,
    Raster,
    Recognition,
    Verdict,
    Word,
)


def _sent(value: object) -> bytes:
    return b"".join(wire.encode(value))


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text ü \ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
        (1, 2.5, True, None, "x", ()),
        Raster(2, 2, 300.0, b"\0\1\2\3", ("resolution_lowered",)),
        (Raster(1, 1, 1.0, b"a"), Raster(1, 1, 1.0, b"b")),
        Inspection("application/pdf", 1, (PageInfo(1, 10.0, 20.0, None, Verdict.TEXT),)),
        Block(BlockKind.TABLE, Box(1, 2, 3, 4), 0, 2, (1, 3)),
        Recognition("a", (Word("a", Box(1, 2, 3, 4), 0.5, 0),), 0.5, 9, 9, 72.0, "null", ("eng",)),
    ],
)
def test_values_come_back_equal(value: object) -> None:
    assert wire.decode(_sent(value)) == value


@pytest.mark.parametrize("kind", [PipelineError, DocumentRejected, PageFailed])
def test_errors_come_back_whole(kind: type[PipelineError]) -> None:
    error = kind(Reason.ENCRYPTED, "locked", retryable=True, advice="unlock it")
    back = wire.decode(_sent(error))
    assert type(back) is kind
    assert vars(back) == vars(error)


def test_an_error_that_knows_more_comes_back_as_what_it_is_first_of_all() -> None:
    error = LanguageDamaged(("deu", "spa"))
    back = wire.decode(_sent(error))
    assert isinstance(back, PageFailed)
    assert (back.reason, back.message, back.advice) == (error.reason, error.message, error.advice)
    assert vars(pickle.loads(pickle.dumps(error))) == vars(error)


def test_other_objects_do_not_travel() -> None:
    with pytest.raises(TypeError, match="object does not travel"):
        wire.encode(object())


def _message(header: object, body: bytes = b"") -> bytes:
    data = json.dumps(header).encode()
    return wire.LENGTH.pack(len(data)) + data + body


RASTER = [1, 1, 72.0, {"bytes": [0, 1]}, []]


def _with(of: list[object], at: int, value: object) -> bytes:
    return _message({"kind": "Raster", "of": [*of[:at], value, *of[at + 1 :]]}, b"x")


def test_the_message_that_lies_are_made_from_is_an_answer() -> None:
    assert wire.decode(_with(RASTER, 0, 1), Raster) == Raster(1, 1, 72.0, b"x")


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
        _message({"bytes": [0.0, 2]}, b"short"),
        _message({"bytes": [False, 2]}, b"short"),
        _message("\ud800"),
        _message("a\0b"),
        _message([[{"kind": "Raster", "of": "abcde"}]]),
        _message({"error": "PageFailed", "of": ["internal", "a\0b", False, ""]}),
        _message({"error": "PageFailed", "of": ["internal", "", 1, ""]}),
        _message({"error": "PageFailed", "of": ["internal", "", False, None]}),
        *(_message(number) for number in (float("nan"), float("inf"), -float("inf"), 2**31, 1e300)),
        _with(RASTER, 0, 2),  # more than there are pixels
        _with(RASTER, 0, True),
        _with(RASTER, 0, 1.0),
        _with(RASTER, 0, "1"),
        _with(RASTER, 2, None),
        _with(RASTER, 3, "x"),
        _with(RASTER, 4, "flags"),
        _with(RASTER, 4, [1]),
    ],
)
def test_a_lying_child_gets_an_error_and_nothing_else(data: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.decode(data)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, Raster),
        ("text", int),
        (True, int),
        ((1.0, 2.0, 3.0), tuple[float, float]),
        ((1, "2"), tuple[int, ...]),
        (1, tuple[int, ...]),
        (Box(1, 2, 3, 4), Raster),
        ("", float | None),
        (0, None.__class__),
    ],
)
def test_an_answer_of_another_kind_is_none(value: object, kind: object) -> None:
    with pytest.raises(wire.WireError):
        wire.decode(_sent(value), kind)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (((1, 2, None), (3, 4, 72)), tuple[tuple[int, int, float | None], ...]),
        ((), tuple[int, ...]),
        (None, None.__class__),
        (PageFailed(Reason.TIMEOUT, "late"), Raster),
    ],
)
def test_an_answer_of_the_kind_asked_for_is_taken(value: object, kind: object) -> None:
    back = wire.decode(_sent(value), kind)
    assert back == value or (type(back), vars(back)) == (type(value), vars(value))
