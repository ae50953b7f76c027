"""PDFs made by hand, sound and hostile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from octavo.samples import make_scan

CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"

MakePdf = Callable[..., Path]


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


@pytest.fixture
def make_pdf(tmp_path: Path) -> MakePdf:
    def make(data: bytes, name: str = "made.pdf") -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return make


@pytest.fixture(scope="session")
def scan(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A scan of two pages, and their true text."""
    path = tmp_path_factory.mktemp("scan") / "scan.pdf"
    return path, make_scan(path, 2)


@pytest.fixture(scope="session")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A page as PNG, and its true text."""
    path = tmp_path_factory.mktemp("sheet") / "sheet.png"
    return path, make_scan(path, 1)[0]
