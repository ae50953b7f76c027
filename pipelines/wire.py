"""Values to bytes and back, for what comes out of a confined child.

The child has parsed hostile input and may no longer be ours, so nothing that it sends is unpickled:
the header is JSON that can only name the value classes below, and bytes follow it unchanged. Every
value is checked against its type, and numbers and strings against what a database can keep.
"""

from __future__ import annotations

import json
import math
import struct
from array import array
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from pipelines import errors, values
from pipelines.errors import PipelineError, Reason

KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        values.PageInfo,
        values.Inspection,
        values.Raster,
        values.Box,
        values.Word,
        values.Block,
        values.Recognition,
    )
}
# Of each kind, the types of its fields in order.
TYPES: dict[str, tuple[Any, ...]] = {
    name: tuple(get_type_hints(kind)[each.name] for each in fields(kind))
    for name, kind in KINDS.items()
}
ERRORS: dict[str, type[PipelineError]] = {
    kind.__name__: kind for kind in (PipelineError, errors.DocumentRejected, errors.PageFailed)
}
_SENT = frozenset(ERRORS.values())  # of another, the nearest of these that it is
LENGTH = struct.Struct("!Q")
COUNTS = struct.Struct("!QQ")
NUMBERS = 5  # of a word: its box and its line
LARGEST = 2**31 - 1  # of numbers: what a column of integers holds, and more than any page measures


class WireError(ValueError):
    """The bytes are not an answer."""


def encode(value: object) -> tuple[bytes, ...]:
    """A value made of the classes above, errors, tuples, bytes, strings, numbers and None.

    In parts that follow each other, so that the pixels of a page are not copied.
    """
    blobs: list[bytes] = []
    header = json.dumps(_plain(value, blobs)).encode()
    return (LENGTH.pack(len(header)) + header, *blobs)


def decode(data: bytes | memoryview, kind: Any = object) -> Any:
    """The value that `encode` was given: an error, or a `kind`. Raises WireError.

    `kind` is a type as annotations have it: of those that travel, with `| None` and tuples.
    """
    view = memoryview(data)
    try:
        (length,) = LENGTH.unpack_from(view)
        body = LENGTH.size + length
        value = _value(json.loads(bytes(view[LENGTH.size : body])), view[body:])
        return value if isinstance(value, PipelineError) else _checked(value, kind)
    except (LookupError, TypeError, ValueError, struct.error, RecursionError) as error:
        raise WireError(f"not an answer: {error}") from error


def _plain(value: object, blobs: list[bytes]) -> object:
    if isinstance(value, PipelineError):
        return {
            "error": next(kind.__name__ for kind in type(value).__mro__ if kind in _SENT),
            "of": [value.reason, value.message, value.retryable, value.advice],
        }
    if is_dataclass(value) and not isinstance(value, type):
        return {
            "kind": type(value).__name__,
            "of": [_plain(getattr(value, each.name), blobs) for each in fields(value)],
        }
    if isinstance(value, bytes):
        return {"bytes": _blob(value, blobs)}
    if isinstance(value, (tuple, list)):
        if value and all(type(each) is values.Word for each in value):
            return {"words": _blob(_packed(value), blobs)}
        return [_plain(each, blobs) for each in value]
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    raise TypeError(f"{type(value).__name__} does not travel")


def _blob(value: bytes, blobs: list[bytes]) -> list[int]:
    start = sum(map(len, blobs))
    blobs.append(value)
    return [start, start + len(value)]


def _packed(words: Sequence[values.Word]) -> bytes:
    """Words as columns: a page has hundreds, and each would be two objects of JSON."""
    numbers = array("i")
    for word in words:
        box = word.box
        numbers.extend((box.left, box.top, box.right, box.bottom, word.line))
    confidences = array("d", [word.confidence for word in words])
    texts = "\0".join(word.text for word in words).encode()
    return b"".join((COUNTS.pack(len(words), len(texts)), numbers, confidences, texts))


def _unpacked(data: memoryview) -> tuple[values.Word, ...]:
    count, length = COUNTS.unpack_from(data)
    body = data[COUNTS.size :]
    numbers, confidences = array("i"), array("d")
    first = count * NUMBERS * numbers.itemsize
    second = first + count * confidences.itemsize
    if len(body) != second + length:
        raise WireError("words that were not sent")
    numbers.frombytes(body[:first])
    confidences.frombytes(body[first:second])
    texts = str(body[second:], "utf-8").split("\0")
    if not all(math.isfinite(each) and abs(each) <= LARGEST for each in confidences):
        raise WireError("a number out of range")
    columns = (numbers[side::NUMBERS] for side in range(NUMBERS))
    return tuple(
        values.Word(text, values.Box(left, top, right, bottom), confidence, line)
        for text, left, top, right, bottom, line, confidence in zip(
            texts, *columns, confidences, strict=True
        )
    )


def _value(plain: Any, blobs: memoryview) -> Any:
    if isinstance(plain, list):
        return tuple(_value(each, blobs) for each in plain)
    if not isinstance(plain, dict):
        return _sane(plain)
    if "bytes" in plain:
        return bytes(_span(plain["bytes"], blobs))
    if "words" in plain:
        return _unpacked(_span(plain["words"], blobs))
    if "error" in plain:
        reason, message, retryable, advice = plain["of"]
        return ERRORS[plain["error"]](
            Reason(reason),
            _checked(_sane(message), str),
            retryable=_checked(retryable, bool),
            advice=_checked(_sane(advice), str),
        )
    kind = KINDS[plain["kind"]]
    values = (_value(each, blobs) for each in plain["of"])
    return kind(*(_checked(*each) for each in zip(values, TYPES[plain["kind"]], strict=True)))


def _span(plain: Any, blobs: memoryview) -> memoryview:
    start, end = (_checked(each, int) for each in plain)
    if not 0 <= start <= end <= len(blobs):
        raise WireError("bytes that were not sent")
    return blobs[start:end]


def _sane(plain: Any) -> Any:
    """A string, a number, a bool or None that can be stored and shown."""
    if isinstance(plain, str):
        plain.encode()  # raises for half of a surrogate pair
        if "\0" in plain:
            raise WireError("a string with a NUL")
    elif isinstance(plain, (int, float)) and not (math.isfinite(plain) and abs(plain) <= LARGEST):
        raise WireError("a number out of range")
    return plain


def _checked(value: Any, kind: Any) -> Any:
    """`value` if it is a `kind`, a whole number as a float where one is asked for."""
    if kind is object:
        return value
    if get_origin(kind) is UnionType:
        (kind,) = (each for each in get_args(kind) if each is not NoneType)
        return None if value is None else _checked(value, kind)
    if get_origin(kind) is tuple and type(value) is tuple:
        inner = get_args(kind)
        if inner[-1] is ...:
            if all(type(each) is inner[0] for each in value):  # a page has hundreds of words
                return value
            return tuple(_checked(each, inner[0]) for each in value)
        return tuple(_checked(*each) for each in zip(value, inner, strict=True))
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is str and isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(value)
    if type(value) is not kind:
        raise WireError(f"a {type(value).__name__} where there should be {kind}")
    return value
