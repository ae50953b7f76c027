"""A file that cannot be read ends with a reason, and no worker with it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from octavo.cli.client import Refused
from octavo.samples import make_scan
from tests.support.pdfs import CATALOG, FONT, page, pages, pdf_bytes, stream

pytestmark = pytest.mark.usefixtures("same_processes")

BLANK = b"/MediaBox [0 0 200 200]"
ENDLESS = b"/MediaBox [0 0 200 2000000000]"
ENCRYPTED = pdf_bytes(
    [CATALOG, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page(), stream(b""), FONT],
    b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <"
    + b"ab" * 32
    + b"> /U <"
    + b"cd" * 32
    + b"> >> /ID [<00> <00>]",
)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "empty.pdf", "empty_file"),
        (b"<html><body>no</body></html>", "page.pdf", "unsupported_media"),
        (b"PK\x03\x04 a zip", "scan.png", "unsupported_media"),
    ],
)
def test_what_is_no_document_is_refused_at_once(
    octavo: Any, make_file: Any, content: bytes, name: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        octavo.submit(make_file(content, name))
    assert (refused.value.status, refused.value.code) == (422, code)


def test_a_language_that_is_not_there_is_refused_with_those_that_are(
    octavo: Any, make_file: Any
) -> None:
    with pytest.raises(Refused, match="eng") as refused:
        octavo.submit(make_file(pages(BLANK), "x.pdf"), languages="xyz")
    assert (refused.value.status, refused.value.code) == (422, "language_missing")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (ENCRYPTED, "encrypted"),
        (pages(), "no_pages"),
        (b"%PDF-1.7\n%%EOF\n", "invalid_pdf"),
    ],
)
def test_a_file_that_cannot_be_opened_fails_with_its_reason(
    octavo: Any, make_file: Any, content: bytes, code: str
) -> None:
    document = octavo.end_of(octavo.submit(make_file(content, "x.pdf")))
    assert document["state"] == "failed"
    assert [reason["code"] for reason in document["reasons"]] == [code]
    assert document["reasons"][0]["detail"]


def test_a_truncated_scan_ends(octavo: Any, tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    make_scan(path, pages=2, seed=2)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    document = octavo.end_of(octavo.submit(path))
    assert document["state"] in ("partial", "failed")
    assert document["reasons"]


def test_a_truncated_image_ends(octavo: Any, make_file: Any) -> None:
    out = io.BytesIO()
    Image.effect_noise((600, 600), 80).save(out, "PNG")
    document = octavo.end_of(octavo.submit(make_file(out.getvalue()[:5000], "cut.png")))
    assert document["state"] == "failed"
    assert document["reasons"][0]["code"] in ("invalid_image", "render_failed")


def test_a_page_that_cannot_be_drawn_costs_only_itself(octavo: Any, make_file: Any) -> None:
    document = octavo.end_of(octavo.submit(make_file(pages(BLANK, ENDLESS, BLANK), "x.pdf")))
    assert (document["state"], document["pages_done"]) == ("partial", 2)
    [reason] = document["reasons"]
    assert (reason["page"], reason["code"]) == (2, "page_too_large")
    states = [page["state"] for page in octavo.client.pages(document["id"])]
    assert states == ["done", "failed", "done"]
    assert octavo.client.text(document["id"]).count("\f") == 2
    retried = octavo.client.retry(document["id"])
    assert octavo.end_of(retried)["state"] == "partial"


def test_a_wrong_key_and_an_unknown_document(octavo: Any) -> None:
    unknown = "00000000-0000-4000-8000-000000000000"
    with pytest.raises(Refused) as refused:
        octavo.client.document(unknown)
    assert refused.value.status == 404
    stranger = type(octavo.client)(
        octavo.url, octavo.key[:-1] + ("0" if octavo.key[-1] != "0" else "1")
    )
    with pytest.raises(Refused) as refused:
        stranger.document(unknown)
    assert refused.value.status == 401
