"""Documents and pages that are read, followed and changed."""

from __future__ import annotations

import io
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from api import waiting
from api.services import Services
from api.waiting import Endings
from store import layout, models, requests

Problem = Callable[..., dict[str, Any]]


@pytest.fixture
def sent(api: Any) -> str:
    document_id: str = api.send().json["id"]
    return document_id


def test_a_document_tells_how_far_it_is(api: Any, sent: str) -> None:
    path = f"/v1/documents/{sent}"
    api.split(sent, 3)
    api.read(sent, 1, "one")
    api.fail(sent, 3)
    body = api.get(path).json
    assert (body["state"], body["page_count"]) == ("processing", 3)
    assert (body["pages_done"], body["pages_failed"]) == (1, 1)
    assert body["started_at"] and not body["finished_at"] and body["summary"] is None
    api.read(sent, 2, "two")
    api.end(sent)
    body = api.get(path).json
    assert body["state"] == "partial" and body["finished_at"]
    assert (body["summary"]["words"], body["summary"]["missing_pages"]) == (2, [3])
    assert body["reasons"] == [
        {"page": 3, "code": "timeout", "detail": "The page took too long.", "retryable": True}
    ]


def test_a_file_that_cannot_be_read_says_why(api: Any, sent: str) -> None:
    api.refuse(sent, "encrypted")
    body = api.get(f"/v1/documents/{sent}").json
    assert body["state"] == "failed"
    assert body["reasons"] == [
        {"page": None, "code": "encrypted", "detail": "It cannot be read.", "retryable": False}
    ]


def test_text_is_partial_while_running_and_whole_at_the_end(api: Any, sent: str) -> None:
    path = f"/v1/documents/{sent}/text"
    before = api.get(path)
    assert (before.text, before.headers["Octavo-State"]) == ("", "queued")
    api.split(sent, 3)
    api.read(sent, 2, "raw of\ufb01ce", clean="office")
    during = api.get(path)
    assert during.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert (during.text, during.headers["Octavo-State"]) == ("\foffice\f", "processing")
    api.read(sent, 1, "one", clean="")
    api.read(sent, 3, "three", clean=None)
    assert api.get(path).text == "\foffice\fthree"


def test_the_text_of_many_pages_keeps_their_order(api: Any, sent: str) -> None:
    api.split(sent, 120)
    api.read(sent, 51, "fifty-one")
    api.read(sent, 120, "last")
    parts = api.get(f"/v1/documents/{sent}/text").text.split("\f")
    assert len(parts) == 120
    assert {number: part for number, part in enumerate(parts, 1) if part} == {
        51: "fifty-one",
        120: "last",
    }


def test_a_form_feed_within_a_page_parts_no_pages(api: Any, sent: str) -> None:
    api.split(sent, 2)
    api.read(sent, 1, "raw", clean="one\fand more")
    api.read(sent, 2, "two")
    assert api.get(f"/v1/documents/{sent}/text").text == "one\nand more\ftwo"


def test_pages_are_listed_in_parts(api: Any, sent: str) -> None:
    path = f"/v1/documents/{sent}/pages"
    assert api.get(path).json == {"items": [], "next": None}
    api.split(sent, 5)
    api.read(sent, 2, "two", flags=["resolution_lowered"])
    api.fail(sent, 4)
    first = api.get(path, query_string={"limit": 2}).json
    assert [page["number"] for page in first["items"]] == [1, 2] and first["next"] == 2
    assert first["items"][1]["flags"] == ["resolution_lowered"]
    rest = api.get(path, query_string={"limit": 3, "after": 2}).json
    assert [page["state"] for page in rest["items"]] == ["pending", "failed", "pending"]
    assert rest["items"][1]["reason"]["code"] == "timeout" and rest["next"] is None


def test_a_page_has_text_words_and_picture(api: Any, sent: str, problem: Problem) -> None:
    path = f"/v1/documents/{sent}/pages/1"
    api.split(sent, 2)
    waiting_page = api.get(path).json
    assert (waiting_page["text"], waiting_page["words"], waiting_page["image"]) == (None, [], None)
    problem(api.get(f"{path}/image"), 404, "image_missing")
    key = layout.image_key(api.tenant, uuid.UUID(sent), 1)
    api.read(sent, 1, "of\ufb01ce", clean="office", image_key=key)
    problem(api.get(f"{path}/image"), 404, "image_missing")
    api.held.objects.put(key, io.BytesIO(b"\xff\xd8\xff picture"))
    page = api.get(path).json
    assert page["text"] == {"raw": "of\ufb01ce", "clean": "office"}
    assert (page["width"], page["height"], page["dpi"]) == (100, 200, 300.0)
    assert (page["engine"], page["languages"], page["confidence"]) == ("null", ["eng"], 0.5)
    assert page["words"] == [
        {
            "text": "Word",
            "confidence": 0.5,
            "line": 0,
            "box": {"left": 1, "top": 2, "right": 30, "bottom": 14},
        }
    ]
    image = api.get(page["image"])
    assert (image.data, image.mimetype) == (b"\xff\xd8\xff picture", "image/jpeg")
    assert image.headers["X-Content-Type-Options"] == "nosniff"
    for number in ("3", "0", str(2**40)):
        problem(api.get(f"/v1/documents/{sent}/pages/{number}"), 404, "not_found")
    problem(api.get(f"/v1/documents/{sent}/pages/x"), 404, "no_such_path")


def test_a_list_goes_on_by_cursor_and_filters(api: Any, problem: Problem) -> None:
    names = [f"{number}%_.pdf" for number in range(5)]
    ids = [api.send(name=name).json["id"] for name in names]
    api.post(f"/v1/documents/{ids[2]}/cancel")

    def listed(**asked: Any) -> list[str]:
        body = api.get("/v1/documents", query_string=asked).json
        return [document["id"] for document in body["items"]]

    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        part = api.get("/v1/documents", query_string={"limit": 2, **cursor}).json
        seen += [document["id"] for document in part["items"]]
        if part["next"] is None:
            break
        cursor = {"cursor": part["next"]}
    assert seen == ids[::-1]
    assert listed(state="cancelled") == [ids[2]]
    assert listed(filename="3%_.PDF") == [ids[3]] and listed(filename="%%") == []
    moment = api.get(f"/v1/documents/{ids[2]}").json["created_at"]
    assert listed(created_after=moment) == [ids[4], ids[3], ids[2]]
    assert listed(created_before=moment) == [ids[1], ids[0]]
    sealed = cursor["cursor"]
    flipped = ("A" if sealed[0] != "A" else "B") + sealed[1:]
    for tampered in (flipped, sealed[:-1], "x", "é", sealed + "AAAA"):
        problem(api.get("/v1/documents", query_string={"cursor": tampered}), 400, "invalid_cursor")


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": "0"},
        {"limit": "201"},
        {"limit": "x"},
        {"state": "deleted"},
        {"state": "x"},
        {"created_after": "yesterday"},
        {"created_after": "2026-01-01T00:00:00"},
        {"created_after": "0001-01-01T00:00:00+23:59"},
        {"created_before": "9999-12-31T23:59:59-23:59"},
        {"filename": "a\0b"},
        {"unknown": "1"},
    ],
)
def test_a_query_that_is_wrong_is_named(api: Any, problem: Problem, asked: dict[str, str]) -> None:
    body = problem(api.get("/v1/documents", query_string=asked), 422, "invalid_request")
    assert body["errors"][0]["where"] == f"query.{next(iter(asked))}"


def test_a_moment_may_have_any_offset(api: Any, sent: str) -> None:
    for asked, found in (
        ({"created_after": "2020-01-01T00:00:00+23:59"}, [sent]),
        ({"created_before": "9999-12-31T00:00:00-23:59"}, [sent]),
        ({"created_before": "0001-01-03T00:00:00+23:59"}, []),
    ):
        answer = api.get("/v1/documents", query_string=asked)
        assert [item["id"] for item in answer.json["items"]] == found
        assert answer.status_code == 200


def test_cancel_retry_and_delete_move_and_tell(api: Any, sent: str, problem: Problem) -> None:
    path = f"/v1/documents/{sent}"
    assert problem(api.post(f"{path}/retry"), 409, "illegal_state")["state"] == "queued"
    api.split(sent, 2)
    api.read(sent, 1, "one")
    cancelled = api.post(f"{path}/cancel")
    assert (cancelled.status_code, cancelled.json["state"]) == (200, "cancelled")
    assert problem(api.post(f"{path}/cancel"), 409, "illegal_state")["state"] == "cancelled"
    again = api.post(f"{path}/retry")
    assert (again.status_code, again.json["state"], again.json["pages_done"]) == (
        200,
        "processing",
        1,
    )
    deleted = api.ask("DELETE", path)
    assert (deleted.status_code, deleted.data) == (204, b"")
    problem(api.ask("DELETE", path), 404, "not_found")
    problem(api.get(path), 404, "not_found")
    assert api.get("/v1/documents").json["items"] == []
    assert api.events() == [
        "document.uploaded",
        "document.cancelled",
        "sheaf.ready",
        "document.deleted",
    ]


def test_a_completed_document_cannot_be_retried(api: Any, sent: str, problem: Problem) -> None:
    api.split(sent, 1)
    api.read(sent, 1, "one")
    api.end(sent)
    answer = api.post(f"/v1/documents/{sent}/retry")
    assert problem(answer, 409, "illegal_state")["state"] == "completed"


def test_waiting_ends_with_the_document_at_a_notice(
    app: Flask, api: Any, sent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "RECHECK_SECONDS", 30.0)  # only the notice can be in time
    api.split(sent, 1)
    api.read(sent, 1, "one")
    _listening(api)
    ender = threading.Thread(target=_when_watched, args=(api, sent, lambda: api.end(sent)))
    ender.start()
    began = time.monotonic()
    answer = api.get(f"/v1/documents/{sent}?wait=20")
    ender.join()
    assert answer.json["state"] == "completed"
    assert time.monotonic() - began < 10


def test_waiting_survives_a_lost_notice(api: Any, sent: str) -> None:
    def quietly() -> None:
        with api.held.database.begin() as session:
            requests.cancel(session, session.get_one(models.Document, uuid.UUID(sent)))

    ender = threading.Thread(target=_when_watched, args=(api, sent, quietly))
    ender.start()
    began = time.monotonic()
    assert api.get(f"/v1/documents/{sent}?wait=20").json["state"] == "cancelled"
    ender.join()
    assert time.monotonic() - began < 10


def test_waiting_ends_in_time_and_at_once_when_ended(api: Any, sent: str) -> None:
    began = time.monotonic()
    assert api.get(f"/v1/documents/{sent}?wait=0.3").json["state"] == "queued"
    assert 0.3 <= time.monotonic() - began < 5
    api.post(f"/v1/documents/{sent}/cancel")
    began = time.monotonic()
    assert api.get(f"/v1/documents/{sent}?wait=20").json["state"] == "cancelled"
    assert time.monotonic() - began < 5


def test_too_many_waiting_are_answered_at_once(app_without: Any, open_api: Any) -> None:
    api = open_api(of=app_without(api_threads=4))
    sent = api.send().json["id"]
    with (
        api.held.endings.watching(uuid.uuid4()),
        api.held.endings.watching(uuid.uuid4()),
    ):
        answer = api.get(f"/v1/documents/{sent}?wait=20")
    assert (answer.json["state"], answer.headers["Retry-After"]) == ("queued", "1")


@pytest.mark.parametrize("wait", ["-1", "31", "nan", "inf", "x"])
def test_a_wait_that_is_none_is_refused(api: Any, sent: str, problem: Problem, wait: str) -> None:
    problem(api.get(f"/v1/documents/{sent}?wait={wait}"), 422, "invalid_request")


def _listening(api: Any) -> None:
    """Return when the listener has its connection, so that no notice can be missed."""
    with api.held.endings.watching(uuid.uuid4()):
        _until(lambda: api.held.endings.is_listening)


def _when_watched(api: Any, document_id: str, act: Callable[[], None]) -> None:
    _until(lambda: api.held.endings.is_watched(uuid.UUID(document_id)))
    act()


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("change", ["cancel", "delete"])
def test_a_change_waits_for_a_retry_that_is_under_way(api: Any, sent: str, change: str) -> None:
    path = f"/v1/documents/{sent}"
    api.split(sent, 1)
    api.post(f"{path}/cancel")
    answers = []

    def ask() -> None:
        way = {"cancel": ("POST", f"{path}/cancel"), "delete": ("DELETE", path)}
        answers.append(api.ask(*way[change]))

    asking = threading.Thread(target=ask)
    with api.held.database.begin() as session:
        found = session.get_one(models.Document, uuid.UUID(sent))
        requests.retry(session, found, lease_seconds=60, plan=api.held.plan)
        asking.start()
        _until(lambda: _blocked(api))
    asking.join(timeout=20)
    assert [answer.status_code for answer in answers] == [200 if change == "cancel" else 204]


def _blocked(api: Any) -> bool:
    with api.held.database.begin() as session:
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        return bool(session.scalar(text(waits)))


class Stumbling(Endings):
    """Meets one failure after another before it listens."""

    def __init__(self, engine: Engine, *failures: BaseException) -> None:
        super().__init__(engine, most=2)
        self._failures = list(failures)

    @property
    def is_running(self) -> bool:
        return self._listener is not None and self._listener.is_alive()

    def run_once(self, seconds: float) -> None:
        if self._failures:
            raise self._failures.pop(0)
        super().run_once(seconds)


def test_listening_outlives_any_failure(held: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_RECONNECT_SECONDS", 0.01)
    endings = Stumbling(held.database.engine, OSError("bad descriptor"), ValueError("closed"))
    with endings.watching(uuid.uuid4()):
        _until(lambda: endings.is_listening)
    endings.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_listener_that_ended_is_started_again(held: Services) -> None:
    endings = Stumbling(held.database.engine, SystemExit())
    with endings.watching(uuid.uuid4()):
        _until(lambda: not endings.is_running)
    with endings.watching(uuid.uuid4()):
        _until(lambda: endings.is_listening)
    endings.close()
