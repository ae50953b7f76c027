"""Values to bytes and back, for what comes out of a confined child.

The child has parsed hostile input and may no longer be ours, so nothing that it sends is unpickled:
the header is JSON that can only name the value classes below, and bytes follow it unchanged.
"""

from __future__ import annotations

import json
import struct
from dataclasses import fields, is_dataclass
from typing import Any

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
        values.Recognition,
    )
}
ERRORS: dict[str, type[PipelineError]] = {
    kind.__name__: kind for kind in (PipelineError, errors.DocumentRejected, errors.PageFailed)
}
LENGTH = struct.Struct("!Q")


class WireError(ValueError):
    """The bytes are not an answer."""


def encode(value: object) -> bytes:
    """A value made of the classes above, errors, tuples, bytes, strings, numbers and None."""
    blobs: list[bytes] = []
    header = json.dumps(_plain(value, blobs)).encode()
    return b"".join((LENGTH.pack(len(header)), header, *blobs))


def decode(data: bytes | bytearray) -> Any:
    """The value that `encode` was given. Raises WireError."""
    view = memoryview(data)
    try:
        (length,) = LENGTH.unpack_from(view)
        body = LENGTH.size + length
        return _value(json.loads(bytes(view[LENGTH.size : body])), view[body:])
    except (KeyError, TypeError, ValueError, struct.error, RecursionError) as error:
        raise WireError(f"not an answer: {error}") from error


def _plain(value: object, blobs: list[bytes]) -> object:
    if isinstance(value, PipelineError):
        return {
            "error": type(value).__name__,
            "of": [value.reason, value.message, value.retryable, value.advice],
        }
    if is_dataclass(value) and not isinstance(value, type):
        return {
            "kind": type(value).__name__,
            "of": [_plain(getattr(value, each.name), blobs) for each in fields(value)],
        }
    if isinstance(value, bytes):
        start = sum(map(len, blobs))
        blobs.append(value)
        return {"bytes": [start, start + len(value)]}
    if isinstance(value, (tuple, list)):
        return [_plain(each, blobs) for each in value]
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    raise TypeError(f"{type(value).__name__} does not travel")


def _value(plain: Any, blobs: memoryview) -> Any:
    if isinstance(plain, list):
        return tuple(_value(each, blobs) for each in plain)
    if not isinstance(plain, dict):
        return plain
    if "bytes" in plain:
        start, end = plain["bytes"]
        if not 0 <= start <= end <= len(blobs):
            raise WireError("bytes that were not sent")
        return bytes(blobs[start:end])
    if "error" in plain:
        reason, message, retryable, advice = plain["of"]
        return ERRORS[plain["error"]](
            Reason(reason), str(message), retryable=bool(retryable), advice=str(advice)
        )
    return KINDS[plain["kind"]](*(_value(each, blobs) for each in plain["of"]))
