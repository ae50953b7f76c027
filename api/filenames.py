"""A client's file name as data: shown to people, never used as a path."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import quote

UNNAMED = "document"
LONGEST = 255  # characters
_LONGEST_SUFFIX = 16
_JOINERS = "\u200c\u200d"  # format characters that some scripts need
# Control, format (bidi overrides among them), surrogate, private, unassigned, line and paragraph.
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean(name: str | None) -> str:
    """The last part of a path without invisible characters, at most LONGEST characters."""
    normal = unicodedata.normalize("NFC", name or "")
    last = normal.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(
        mark for mark in last if mark in _JOINERS or unicodedata.category(mark) not in _DROPPED
    ).strip()
    if not kept.strip(". "):
        return UNNAMED
    return _shortened(kept)


def attachment(name: str, suffix: str) -> str:
    """Content-Disposition for a result of the file `name`: RFC 6266, with a name in ASCII beside.

    `name` is one that `clean` gave.
    """
    stem = PurePosixPath(name).stem.strip(". ") or UNNAMED
    ascii_only = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9 ._()-]", "_", ascii_only).strip("._ ") or UNNAMED
    whole = quote(f"{stem}.{suffix}", safe="")
    return f"attachment; filename=\"{plain}.{suffix}\"; filename*=UTF-8''{whole}"


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    suffix = PurePosixPath(name).suffix
    if len(suffix) > _LONGEST_SUFFIX:
        suffix = ""
    return name[: LONGEST - len(suffix)] + suffix
