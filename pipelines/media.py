"""What kind of file this is by its first bytes, and which of its pages are meant."""

from __future__ import annotations

import re

from pipelines.errors import DocumentRejected, Reason

PDF = "application/pdf"
HEAD_BYTES = 16  # what `sniff` needs to see
IMAGES = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/tiff": "TIFF",
    "image/webp": "WEBP",
}  # media type to Pillow's name of the format
LONGEST_RANGE = 1000  # characters
RANGE = re.compile(r"([1-9]\d{0,8})(?:-([1-9]\d{0,8})?)?", re.ASCII)


def sniff(head: bytes) -> str | None:
    """Media type of a file that starts with `head`; None: none that Octavo reads.

    A PDF must start with its mark: readers that search for it further on are fooled by files that
    are something else as well.
    """
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"):
        return "image/tiff"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return None


def check_page_range(text: str) -> None:
    """Raise DocumentRejected PAGE_OUT_OF_RANGE unless `text` has the form of "1-3,7" or "5-"."""
    _parts(text)


def page_range(text: str | None, count: int) -> tuple[int, ...]:
    """Page numbers that `text` names in a file of `count` pages, each once, in the order named.

    None is every page; "5-" is page 5 to the last. Raises DocumentRejected PAGE_OUT_OF_RANGE.
    """
    if text is None:
        return tuple(range(1, count + 1))
    numbers: dict[int, None] = {}
    for first, last in _parts(text):
        end = count if last is None else last
        if end > count or first > count:
            raise DocumentRejected(
                Reason.PAGE_OUT_OF_RANGE,
                f"The file has {_pages(count)}; {text!r} names page {max(first, end)}.",
                advice="Name page 1." if count == 1 else f"Name pages from 1 to {count}.",
            )
        numbers.update(dict.fromkeys(range(first, end + 1)))
    return tuple(numbers)


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count} pages"


def _parts(text: str) -> list[tuple[int, int | None]]:
    """First and last page of each part; None: the last page there is."""
    parts: list[tuple[int, int | None]] = []
    for part in text.split(",") if len(text) <= LONGEST_RANGE else ():
        found = RANGE.fullmatch(part.strip())
        if not found:
            raise _malformed(text)
        first = int(found[1])
        last = int(found[2]) if found[2] else (None if "-" in part else first)
        if last is not None and last < first:
            raise _malformed(text)
        parts.append((first, last))
    if not parts:
        raise _malformed(text)
    return parts


def _malformed(text: str) -> DocumentRejected:
    return DocumentRejected(
        Reason.PAGE_OUT_OF_RANGE,
        f"{text[:64]!r} does not name pages.",
        advice='Write numbers and spans that rise, such as "1-3,7" or "5-".',
    )
