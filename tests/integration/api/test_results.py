"""Results as files: formats, states, names, and what a client may keep."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from api import readings
from api.problems import NotEnded
from api.results import spans
from octavo import __version__
from pipelines.outputs.formats import FORMATS
from store import models

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
    for suffix, kind in FORMATS.items():
        if not kind.grows:
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
    for suffix in FORMATS:
        body = problem(api.get(path(sent, suffix)), 409, "nothing_read")
        assert body["reasons"][0]["code"] == "encrypted"


def test_what_is_not_there_is_not_found(
    api: Any, open_api: Any, partial: str, problem: Problem
) -> None:
    body = problem(api.get(path(partial, "docx")), 404, "no_such_format")
    assert body["available"] == list(FORMATS)
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


def test_spans() -> None:
    assert spans([]) == ""
    assert spans([1, 2, 3, 7, 9, 10]) == "1-3,7,9-10"
    assert spans(range(1, 1000, 2)).endswith("199,...")
