"""Results as files: formats, states, names, and what a client may keep."""

from __future__ import annotations

import csv
import io
import json
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from lxml import etree
from PIL import Image

from api import making, readings, searchable
from api.problems import NotEnded
from api.results import spans
from octavo import __version__
from pipelines.outputs.formats import FORMATS, NAMES
from pipelines.outputs.pdf import make
from store import layout, models
from tests.support.pdfs import one_page

Problem = Callable[..., dict[str, Any]]


@pytest.fixture
def sent(api: Any) -> str:
    document_id: str = api.send(name="../Ünï <b>.scan.pdf").json["id"]
    return document_id


@pytest.fixture
def partial(api: Any, sent: str) -> str:
    """Three pages, the last of which failed."""
    api.split(sent, 3)
    api.read(sent, 1, "of\ufb01ce", clean="office")
    api.read(sent, 2, "two")
    api.fail(sent, 3)
    api.end(sent)
    return sent


def path(document_id: str, suffix: str) -> str:
    return f"/v1/documents/{document_id}/result.{suffix}"


def test_every_format_has_the_document(api: Any, partial: str) -> None:
    got = {suffix: api.get(path(partial, suffix)) for suffix in FORMATS}
    assert {answer.status_code for answer in got.values()} == {200}
    for suffix, answer in got.items():
        assert answer.headers["Content-Type"] == FORMATS[suffix].media_type
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Octavo-Missing-Pages"] == "3"
        assert answer.headers["Octavo-State"] == "partial"
    assert got["txt"].text == "office\ftwo\f"
    assert "office" in got["md"].text and "page 3: not read (timeout)" in got["md"].text
    whole = got["json"].json
    assert whole["document"]["id"] == partial and whole["document"]["missing_pages"] == [3]
    assert whole["document"]["software"] == f"Octavo {__version__}"
    assert whole["pages"][0]["text"] == {"raw": "of\ufb01ce", "clean": "office"}
    assert whole["pages"][2]["reason"]["code"] == "timeout"
    assert [json.loads(line) for line in got["jsonl"].text.splitlines()] == whole["pages"]
    rows = list(csv.DictReader(io.StringIO(got["csv"].text)))
    assert [(row["page"], row["text"]) for row in rows] == [("1", "Word"), ("2", "Word")]
    for suffix, element in {"hocr": "{*}span[@class='ocrx_word']", "alto": "{*}String"}.items():
        tree = etree.fromstring(got[suffix].data)
        assert len(tree.findall(f".//{element}")) == 2


def test_a_choice_of_text_where_there_is_one(api: Any, partial: str, problem: Problem) -> None:
    assert api.get(path(partial, "txt") + "?text=raw").text == "of\ufb01ce\ftwo\f"
    assert api.get(path(partial, "txt") + "?text=clean").text == "office\ftwo\f"
    problem(api.get(path(partial, "json") + "?text=raw"), 422, "invalid_request")
    problem(api.get(path(partial, "txt") + "?text=best"), 422, "invalid_request")
    problem(api.get(path(partial, "txt") + "?txt=raw"), 422, "invalid_request")


def test_a_file_is_named_after_the_one_that_was_sent(api: Any, partial: str) -> None:
    assert api.get(path(partial, "hocr")).headers["Content-Disposition"] == (
        'attachment; filename="Uni _b_.scan.hocr";'
        " filename*=UTF-8''%C3%9Cn%C3%AF%20%3Cb%3E.scan.hocr"
    )


def test_a_client_need_not_fetch_again_what_has_not_changed(api: Any, partial: str) -> None:
    first = api.get(path(partial, "txt"))
    tag = first.headers["ETag"]
    assert (first.headers["Cache-Control"], first.headers["Vary"]) == (
        "private, no-cache",
        "Authorization",
    )
    again = api.get(path(partial, "txt"), headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    # A proxy that compresses makes the tag a weak one.
    weak = api.get(path(partial, "txt"), headers={"If-None-Match": f"W/{tag}"})
    assert weak.status_code == 304
    others = [api.get(path(partial, suffix)).headers["ETag"] for suffix in ("md", "json")]
    raw = api.get(path(partial, "txt") + "?text=raw").headers["ETag"]
    assert len({tag, raw, *others}) == 4
    with api.held.database.begin() as session:
        text = session.get_one(models.PageText, (uuid.UUID(partial), 2))
        text.clean, text.fence = "two again", text.fence + 1
    changed = api.get(path(partial, "txt"), headers={"If-None-Match": tag})
    assert (changed.status_code, changed.text) == (200, "office\ftwo again\f")
    assert changed.headers["ETag"] != tag


def test_head_has_the_headers_alone(api: Any, partial: str) -> None:
    answer = api.ask("HEAD", path(partial, "json"))
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["ETag"] == api.get(path(partial, "json")).headers["ETag"]


def test_while_a_document_runs_some_formats_grow(api: Any, sent: str, problem: Problem) -> None:
    assert api.get(path(sent, "txt")).text == "" == api.get(path(sent, "jsonl")).text
    api.split(sent, 3)
    api.read(sent, 2, "two")
    growing = api.get(path(sent, "txt"))
    assert (growing.text, growing.headers["Octavo-State"]) == ("\ftwo\f", "processing")
    assert "ETag" not in growing.headers and growing.headers["Cache-Control"] == "no-store"
    states = [json.loads(line)["state"] for line in api.get(path(sent, "jsonl")).text.splitlines()]
    assert states == ["pending", "done", "pending"]
    for suffix in NAMES:
        if suffix not in ("txt", "jsonl"):
            answer = api.get(path(sent, suffix))
            body = problem(answer, 409, "not_ended")
            assert (body["state"], body["retryable"]) == ("processing", True)
            assert answer.headers["Retry-After"] == "2"


def test_a_cancelled_document_has_what_was_read(api: Any, sent: str) -> None:
    api.split(sent, 2)
    api.read(sent, 1, "one")
    api.post(f"/v1/documents/{sent}/cancel")
    whole = api.get(path(sent, "json")).json
    assert (whole["document"]["state"], whole["document"]["missing_pages"]) == ("cancelled", [2])
    assert whole["pages"][1]["reason"]["code"] == "pending"


def test_a_file_that_was_refused_has_no_result(api: Any, sent: str, problem: Problem) -> None:
    api.refuse(sent, "encrypted")
    for suffix in NAMES:
        body = problem(api.get(path(sent, suffix)), 409, "nothing_read")
        assert body["reasons"][0]["code"] == "encrypted"


def test_what_is_not_there_is_not_found(
    api: Any, open_api: Any, partial: str, problem: Problem
) -> None:
    body = problem(api.get(path(partial, "docx")), 404, "no_such_format")
    assert body["available"] == [*FORMATS, "pdf"]
    problem(api.get(path(str(uuid.uuid4()), "txt")), 404, "not_found")
    problem(open_api().get(path(partial, "txt")), 404, "not_found")
    api.ask("DELETE", f"/v1/documents/{partial}")
    problem(api.get(path(partial, "txt")), 404, "not_found")


def test_an_answer_never_mixes_two_readings(api: Any, sent: str) -> None:
    count = 2 * readings._BATCH_WITH_WORDS
    api.split(sent, count)
    api.read(sent, 1, "one")
    api.post(f"/v1/documents/{sent}/cancel")
    with api.held.database.begin() as session:
        found = session.get_one(models.Document, uuid.UUID(sent))
    pages = readings.pages(api.held, found, words=True)
    assert next(pages).raw == "one"
    api.post(f"/v1/documents/{sent}/retry")
    with pytest.raises(NotEnded):
        list(pages)


def words_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage()
    found: list[str] = text.get_text_range().split()
    text.close()
    document.close()
    return found


def results_of(api: Any) -> list[str]:
    """Keys of what is kept of results."""
    keys: list[str] = api.keys()
    return [key for key in keys if "/results/" in key]


@pytest.fixture
def scanned(api: Any) -> str:
    """A PDF of one page that was read."""
    document_id: str = api.send(one_page(b"0 0 99 99 re f")).json["id"]
    api.split(document_id, 1)
    api.read(document_id, 1, "Word")
    api.end(document_id)
    return document_id


def test_a_pdf_is_made_once_and_kept(
    api: Any, scanned: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = api.get(path(scanned, "pdf"))
    assert (first.status_code, first.mimetype) == (200, "application/pdf")
    assert first.headers["Content-Disposition"].startswith('attachment; filename="scan.pdf"')
    assert first.content_length == len(first.data) and first.headers["ETag"]
    assert words_of(first.data) == ["Word"]
    [kept] = results_of(api)
    place = layout.place_of(kept)
    assert place is not None and place.part is layout.Part.RESULT
    monkeypatch.setattr(searchable, "make", None)  # it is not called again
    assert api.get(path(scanned, "pdf")).data == first.data
    again = api.get(path(scanned, "pdf"), headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_a_pdf_of_an_older_text_makes_room(api: Any, scanned: str) -> None:
    before = api.get(path(scanned, "pdf"))
    with api.held.database.begin() as session:
        text = session.get_one(models.PageText, (uuid.UUID(scanned), 1))
        text.words, text.fence = [{**text.words[0], "text": "Again"}], text.fence + 1
    after = api.get(path(scanned, "pdf"))
    assert words_of(after.data) == ["Again"] and after.headers["ETag"] != before.headers["ETag"]
    assert len(results_of(api)) == 1
    api.ask("DELETE", f"/v1/documents/{scanned}")


def test_pages_with_text_of_their_own_are_left_as_they_are(api: Any) -> None:
    original = one_page(b"BT /F 24 Tf 72 700 Td (Own) Tj ET")
    document_id = api.send(original).json["id"]
    api.split(document_id, 1)
    api.read(document_id, 1, "Own", engine="text-layer")
    api.end(document_id)
    assert api.get(path(document_id, "pdf")).data == original
    assert not results_of(api)


def test_why_no_pdf_can_be_made_is_told_and_remembered(
    api: Any, partial: str, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = problem(api.get(path(partial, "pdf")), 409, "no_pdf")
    assert body["reason"]["code"] == "invalid_pdf"
    monkeypatch.setattr(searchable, "make", None)
    assert problem(api.get(path(partial, "pdf")), 409, "no_pdf")["reason"] == body["reason"]


def test_a_pdf_that_takes_long_is_asked_for_again(
    api: Any, scanned: str, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "WAIT_SECONDS", 0.05)
    ready = threading.Event()

    def slowly(*args: Any) -> Path:
        assert ready.wait(20)
        return make.make(*args)

    monkeypatch.setattr(searchable, "make", slowly)
    answers = [api.get(path(scanned, "pdf")) for _ in range(2)]
    assert [problem(each, 503, "being_made")["retryable"] for each in answers] == [True, True]
    assert answers[0].headers["Retry-After"]
    monkeypatch.setattr(making, "WAIT_SECONDS", 20.0)
    ready.set()
    assert api.get(path(scanned, "pdf")).status_code == 200


def test_a_page_with_text_of_its_own_is_drawn_when_it_is_looked_at(api: Any) -> None:
    document_id = api.send(one_page(b"0 0 99 99 re f")).json["id"]
    api.split(document_id, 1)
    api.read(document_id, 1, "Own", engine="text-layer")
    where = api.get(f"/v1/documents/{document_id}/pages/1").json["image"]
    picture = api.get(where)
    assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")
    with Image.open(io.BytesIO(picture.data)) as image:
        assert max(image.size) <= 1600
        gray = image.tobytes()
        assert gray[-image.width + 5] < 20 and gray[5] > 240
    assert api.held.objects.head(layout.image_key(api.tenant, uuid.UUID(document_id), 1))


def test_spans() -> None:
    assert spans([]) == ""
    assert spans([1, 2, 3, 7, 9, 10]) == "1-3,7,9-10"
    assert spans(range(1, 1000, 2)).endswith("199,...")
