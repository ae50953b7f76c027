"""A scan goes in through the API and its text comes out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from octavo.cli.client import Refused
from octavo.samples import make_scan

pytestmark = pytest.mark.usefixtures("same_processes")


def words(text: str) -> set[str]:
    return set(re.findall(r"\w{4,}", text.lower()))


@pytest.mark.parametrize("kind", ["pdf", "tiff", "png", "jpg"])
def test_a_scan_becomes_its_text(octavo: Any, tmp_path: Path, kind: str) -> None:
    pages = 3 if kind in ("pdf", "tiff") else 1
    path = tmp_path / f"scan.{kind}"
    truth = make_scan(path, pages=pages, seed=21)
    document = octavo.end_of(octavo.submit(path))
    assert (document["state"], document["page_count"]) == ("completed", pages)
    assert (document["pages_done"], document["pages_failed"], document["reasons"]) == (pages, 0, [])
    text = octavo.client.text(document["id"])
    assert text.count("\f") == pages - 1
    for said, true in zip(text.split("\f"), truth, strict=True):
        assert len(words(said) & words(true)) >= 0.95 * len(words(true))


def test_a_page_shows_its_evidence(octavo: Any, tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    make_scan(path, pages=1, seed=5)
    document = octavo.end_of(octavo.submit(path))
    [page] = octavo.client.pages(document["id"])
    assert page["state"] == "done"
    assert page["confidence"] > 0.8
    assert page["engine"].startswith(("tesserocr", "tesseract"))
    assert page["text"]["raw"]
    assert page["text"]["clean"]
    assert len(page["words"]) > 50
    for word in page["words"]:
        box = word["box"]
        assert 0 <= box["left"] < box["right"] <= page["width"]
        assert 0 <= box["top"] < box["bottom"] <= page["height"]


def test_a_page_range_reads_those_pages(octavo: Any, tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    truth = make_scan(path, pages=3, seed=9)
    document = octavo.end_of(octavo.submit(path, pages="2-3"))
    assert document["page_count"] == 2
    numbers = [page["number"] for page in octavo.client.pages(document["id"])]
    assert numbers == [2, 3]
    assert words(truth[1]) & words(octavo.client.text(document["id"]).split("\f")[0])


def test_many_pages_come_out_in_their_order(octavo: Any, tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    truth = make_scan(path, pages=20, seed=3)
    document = octavo.end_of(octavo.submit(path), seconds=180)
    assert document["state"] == "completed"
    said = octavo.client.text(document["id"]).split("\f")
    assert [text.split("\n")[0] for text in said] == [text.split("\n")[0] for text in truth]


def test_a_document_that_is_deleted_is_gone(octavo: Any, tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    make_scan(path, pages=6, seed=4)
    document = octavo.submit(path)
    octavo.client.delete(document["id"])
    with pytest.raises(Refused) as refused:
        octavo.client.document(document["id"])
    assert refused.value.status == 404


def test_a_cancelled_document_can_be_taken_up_again(octavo: Any, tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    make_scan(path, pages=12, seed=6)
    document = octavo.submit(path)
    cancelled = octavo.client.cancel(document["id"])
    assert cancelled["state"] == "cancelled"
    assert octavo.client.document(document["id"], wait=1)["state"] == "cancelled"
    octavo.client.retry(document["id"])
    document = octavo.end_of(octavo.client.document(document["id"]))
    assert (document["state"], document["pages_done"]) == ("completed", 12)


def test_a_page_is_read_again_and_its_older_text_comes_back(octavo: Any, tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    make_scan(path, pages=2, seed=8)
    document = octavo.end_of(octavo.submit(path))
    first = octavo.client.text(document["id"])
    assert octavo.client.reocr(document["id"], 2, {"text_layer": "force"})["version"] == 2
    document = octavo.end_of(octavo.client.document(document["id"]))
    assert (document["state"], document["pages_done"]) == ("completed", 2)
    texts = octavo.client.versions(document["id"], 2)
    assert [(each["version"], each["current"]) for each in texts] == [(2, True), (1, False)]
    octavo.client.restore(document["id"], 2, 1)
    document = octavo.end_of(octavo.client.document(document["id"]))
    assert document["state"] == "completed"
    assert octavo.client.text(document["id"]) == first


def test_the_same_file_again_is_done_at_once_and_says_so(octavo: Any, tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    make_scan(path, pages=6, seed=17)
    first = octavo.end_of(octavo.submit(path))
    assert first["summary"]["cached_pages"] == 0
    again = octavo.end_of(octavo.submit(path))
    assert (again["state"], again["summary"]["cached_pages"]) == ("completed", 6)
    assert octavo.client.text(again["id"]) == octavo.client.text(first["id"])
    assert all("cached" in page["flags"] for page in octavo.client.pages(again["id"]))
    part = octavo.end_of(octavo.submit(path, pages="2-3", cache="false"))
    assert part["summary"]["cached_pages"] == 0


def test_the_same_scan_in_another_file_is_not_read_twice(octavo: Any, tmp_path: Path) -> None:
    one, other = tmp_path / "one.pdf", tmp_path / "other.pdf"
    make_scan(one, pages=2, seed=18)
    with pikepdf.open(one) as pdf:
        pdf.docinfo["/Title"] = "The same pages, other bytes"
        pdf.save(other)
    octavo.end_of(octavo.submit(one))
    again = octavo.end_of(octavo.submit(other))
    assert (again["state"], again["summary"]["cached_pages"]) == ("completed", 2)
