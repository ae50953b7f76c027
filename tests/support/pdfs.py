"""PDFs made by hand, object by object."""

from __future__ import annotations

from collections.abc import Sequence

CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def pdf_bytes(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1; the first is its catalog."""
    body = b"%PDF-1.7\n"
    offsets = []
    for number, text in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    end = b"trailer\n<< /Root 1 0 R /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n"
    head = b"xref\n0 %d\n0000000000 65535 f \n" % size
    return body + head + table + end % (size, trailer, len(body))


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def page(contents: int = 4, box: bytes = b"0 0 612 792", entries: bytes = b"") -> bytes:
    return (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents %d 0 R"
        b" /Resources << /Font << /F 5 0 R >> >> %s >>" % (box, contents, entries)
    )


def one_page(content: bytes, box: bytes = b"0 0 612 792", entries: bytes = b"") -> bytes:
    return pdf_bytes(
        [
            CATALOG,
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            page(box=box, entries=entries),
            stream(content),
            FONT,
        ]
    )


def pages(*dictionaries: bytes) -> bytes:
    """A PDF of empty pages with these entries each."""
    kids = b" ".join(b"%d 0 R" % number for number in range(3, 3 + len(dictionaries)))
    tree = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(dictionaries))
    made = [b"<< /Type /Page /Parent 2 0 R %s >>" % entries for entries in dictionaries]
    return pdf_bytes([CATALOG, tree, *made])
