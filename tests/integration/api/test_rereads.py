"""One page is read again over HTTP; its older texts are listed, read and brought back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from store.models import Page
from store.rereads import MOST_VERSIONS

Problem = Callable[..., dict[str, Any]]


@pytest.fixture
def page(api: Any) -> str:
    """Path of the one page of a document that has ended."""
    document_id = api.send().json["id"]
    api.split(document_id, 1)
    api.read(document_id, 1, "first")
    api.end(document_id)
    return f"/v1/documents/{document_id}/pages/1"


def id_of(page: str) -> str:
    return page.split("/")[3]


def test_a_page_is_read_again_and_keeps_both_texts(api: Any, page: str) -> None:
    answer = api.post(f"{page}/reocr", json={"text_layer": "force"})
    assert (answer.status_code, answer.headers["Location"]) == (202, page)
    assert answer.json == {
        "page": page,
        "versions": f"{page}/versions",
        "document": page.removesuffix("/pages/1"),
        "version": 2,
    }
    body = api.get(page).json
    assert (body["state"], body["version"], body["text"]["clean"]) == ("pending", 1, "first")
    api.read(id_of(page), 1, "second")
    api.end(id_of(page))
    listed = api.get(f"{page}/versions").json["items"]
    assert [(each["version"], each["current"]) for each in listed] == [(2, True), (1, False)]
    assert listed[0]["characters"] == len("second")
    assert api.get(f"{page}?version=1").json["text"]["clean"] == "first"
    assert api.get(page).json["text"]["clean"] == "second"
    assert api.get(f"/v1/documents/{id_of(page)}/text").text == "second"


def test_a_page_is_not_read_more_often_than_texts_can_be_numbered(
    api: Any, page: str, problem: Problem
) -> None:
    with api.held.database.begin() as session:
        session.execute(
            update(Page).where(Page.document_id == UUID(id_of(page))).values(version=MOST_VERSIONS)
        )
    problem(api.post(f"{page}/reocr", json={}), 409, "illegal_state")
    assert api.get(f"/v1/documents/{id_of(page)}").json["state"] == "completed"


def test_an_older_text_is_brought_back(api: Any, page: str, problem: Problem) -> None:
    api.post(f"{page}/reocr", json={})
    api.read(id_of(page), 1, "second")
    api.end(id_of(page))
    for _ in range(2):
        answer = api.post(f"{page}/versions/1/restore")
        assert (answer.status_code, answer.json["text"]["clean"]) == (200, "first")
    problem(api.post(f"{page}/versions/2/restore"), 409, "illegal_state")
    api.end(id_of(page))
    assert api.get(f"/v1/documents/{id_of(page)}").json["state"] == "completed"
    assert api.get(f"/v1/documents/{id_of(page)}/text").text == "first"
    for wrong in (f"{page}/versions/9/restore", f"{page}9/versions/1/restore"):
        problem(api.post(wrong), 404, "not_found")
    assert problem(api.get(f"{page}?version=9"), 404, "not_found")["version"] == 9
    assert problem(api.get(f"{page}9"), 404, "not_found")["page_count"] == 1


def test_a_reading_that_fails_leaves_the_text_and_says_why(api: Any, page: str) -> None:
    api.post(f"{page}/reocr", json={})
    api.fail(id_of(page), 1)
    api.end(id_of(page))
    body = api.get(page).json
    assert (body["state"], body["version"], body["text"]["clean"]) == ("done", 1, "first")
    assert body["reason"]["code"] == "timeout"
    assert api.get(f"/v1/documents/{id_of(page)}").json["state"] == "completed"


def test_nothing_need_be_said_to_read_a_page_as_before(api: Any, page: str) -> None:
    assert api.post(f"{page}/reocr").status_code == 202


def test_a_document_that_runs_refuses(api: Any, page: str, problem: Problem) -> None:
    api.post(f"{page}/reocr", json={})
    body = problem(api.post(f"{page}/reocr", json={}), 409, "illegal_state")
    assert body["state"] == "processing"


def test_what_cannot_be_done_is_told(
    api: Any, page: str, problem: Problem, open_api: Callable[..., Any]
) -> None:
    problem(api.post(f"{page}/reocr", json={"languages": ["xyz"]}), 422, "language_missing")
    problem(api.post(f"{page}/reocr", json={"engine": "magic"}), 422, "engine_missing")
    problem(api.post(f"{page}/reocr", json={"pages": "1"}), 422, "invalid_request")
    problem(api.post(f"{page}7/reocr", json={}), 404, "not_found")
    stranger = open_api()
    for answer in (
        stranger.post(f"{page}/reocr", json={}),
        stranger.get(f"{page}/versions"),
        stranger.post(f"{page}/versions/1/restore"),
    ):
        problem(answer, 404, "not_found")


def test_one_key_asks_once(api: Any, page: str, problem: Problem) -> None:
    headers = {"Idempotency-Key": "again-1"}

    def ask(_: int) -> tuple[int, str | None]:
        answer = api.post(f"{page}/reocr", json={}, headers=headers)
        return answer.status_code, answer.headers.get("Idempotent-Replayed")

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, range(4)))
    assert sorted(answers, key=str) == sorted([(202, "true")] * 3 + [(202, None)], key=str)
    assert api.events().count("sheaf.ready") == 1
    answer = api.post(f"{page}/reocr", json={"text_layer": "force"}, headers=headers)
    problem(answer, 422, "idempotency_conflict")
