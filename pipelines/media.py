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
_PAGE = r"0*[1-9]\d{0,8}|last"
RANGE = re.compile(rf"({_PAGE})\s*(?:([-\u2013])\s*({_PAGE})?)?", re.ASCII | re.IGNORECASE)


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
    """Raise DocumentRejected PAGE_OUT_OF_RANGE unless `text` is like "1-3,7", "5-" or "last"."""
    _parts(text)


def page_range(text: str | None, count: int) -> tuple[int, ...]:
    """Page numbers that `text` names in a file of `count` pages, each once, in their order there.

    None is every page; "5-" and "5-last" are page 5 to the last, "last" is that alone. Raises
    DocumentRejected PAGE_OUT_OF_RANGE, also for a span that ends behind the last page.
    """
    if text is None:
        return tuple(range(1, count + 1))
    numbers: set[int] = set()
    for begin, last in _parts(text):
        first = count if begin is None else begin
        end = count if last is None else last
        if end > count or first > count:
            raise DocumentRejected(
                Reason.PAGE_OUT_OF_RANGE,
                f"The file has {_pages(count)}; {text!r} names page {max(first, end)}.",
                advice="Name page 1." if count == 1 else f"Name pages from 1 to {count}.",
            )
        numbers.update(range(first, end + 1))
    return tuple(sorted(numbers))


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count} pages"


def _parts(text: str) -> list[tuple[int | None, int | None]]:
    """First and last page of each part; None: the last page there is."""
    if len(text) > LONGEST_RANGE:
        raise _malformed(text, f"Name them in {LONGEST_RANGE} characters at most.")
    parts: list[tuple[int | None, int | None]] = []
    for part in text.split(","):
        found = RANGE.fullmatch(part.strip())
        if not found:
            raise _malformed(text, _advice(part.strip()))
        first = _number(found[1])
        last = _number(found[3]) if found[2] else first
        if (first is None and found[2]) or (first and last and last < first):
            raise _malformed(text, f"{part.strip()[:64]!r} runs backwards: spans rise.")
        parts.append((first, last))
    return parts


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


def _advice(part: str) -> str:
    """What was probably meant."""
    if re.fullmatch(r"-\s*[1-9]\d{0,8}", part, re.ASCII):
        first = part.lstrip("- ")
        return f"Write 1-{first} for the first pages, or count those at the end from the start."
    if re.match(r"0+(?!\d)", part):
        return "Pages are counted from 1."
    return 'Write numbers and spans that rise, such as "1-3,7", "5-" or "last".'


def _malformed(text: str, advice: str) -> DocumentRejected:
    return DocumentRejected(
        Reason.PAGE_OUT_OF_RANGE, f"{text[:64]!r} does not name pages.", advice=advice
    )
