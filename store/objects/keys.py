"""Which keys every store can keep."""

from __future__ import annotations

import unicodedata

from store.objects.errors import InvalidKey

MAX_KEY_BYTES = 1024  # of S3
MAX_SEGMENT_BYTES = 255  # of a file name on Linux; SeaweedFS has the same bound


def checked(key: str) -> str:
    r"""The key itself, when every store keeps it as it is.

    S3 would take more, but SeaweedFS 4.48 stores ``x//y`` and ``x\y`` as ``x/y``, ``/x`` as ``x``
    and drops the bytes of ``x/``; and a directory must never be left by ``..``.

    Raises:
        InvalidKey: the key breaks one of these rules.
    """
    segments = key.split("/")
    if not key or any(part in ("", ".", "..") for part in segments):
        raise InvalidKey(f"key {key[:80]!r} has an empty or dotted segment")
    if any(mark == "\\" or unicodedata.category(mark) in ("Cc", "Cs") for mark in key):
        raise InvalidKey(f"key {key[:80]!r} has a backslash or a control character")
    if len(key.encode()) > MAX_KEY_BYTES or any(
        len(part.encode()) > MAX_SEGMENT_BYTES for part in segments
    ):
        raise InvalidKey(f"key {key[:80]!r}... is too long")
    return key


def checked_prefix(prefix: str) -> str:
    """A prefix that is safe to delete: a whole folder, never everything.

    Raises:
        InvalidKey: the prefix does not end in ``/`` or is no valid folder.
    """
    if not prefix.endswith("/"):
        raise InvalidKey(f"prefix {prefix[:80]!r} does not end in a slash")
    checked(prefix[:-1])
    return prefix
