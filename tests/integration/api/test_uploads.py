"""Presigned uploads, end to end over HTTP."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import urllib3
from flask import Flask

from api.services import Services
from store import models

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
Problem = Callable[..., dict[str, Any]]


def declare(data: bytes = PDF, **changed: Any) -> dict[str, Any]:
    declared = {
        "filename": "scan.pdf",
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    return {**declared, **changed}


def put(form: dict[str, Any], data: bytes = PDF, **changed: str) -> int:
    """POST a file to the store; `changed` fields have underscores for dashes."""
    fields = form["fields"] | {name.replace("_", "-"): value for name, value in changed.items()}
    answer = urllib3.request(
        "POST", form["url"], fields={**fields, "file": ("scan.pdf", data)}, timeout=10
    )
    return answer.status


def test_a_file_goes_past_the_server_and_is_checked(api: Any, held: Services) -> None:
    answer = api.post("/v1/uploads", json=declare(languages=["eng"], pages="1-2"))
    assert answer.status_code == 201
    begun = answer.get_json()
    path = f"/v1/documents/{begun['id']}"
    assert (answer.headers["Location"], begun["complete"]) == (path, f"{path}/complete")
    assert begun["state"] == "awaiting_upload" and begun["expires_at"].endswith("+00:00")
    assert api.get(path).json["sha256"] is None
    assert put(begun["upload"]) == 204
    done = api.post(begun["complete"])
    assert (done.status_code, done.json["state"]) == (200, "queued")
    assert done.json["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert (done.json["media_type"], done.json["options"]["pages"]) == ("application/pdf", "1-2")
    assert api.events() == ["document.uploaded"]
    assert api.keys() == [f"{api.tenant}/{begun['id']}/source"]


def test_confirming_twice_makes_one_job(app: Flask, api: Any) -> None:
    begun = api.post("/v1/uploads", json=declare()).json
    put(begun["upload"])

    def complete(_: int) -> tuple[int, str]:
        answer = app.test_client().post(
            begun["complete"], headers={"Authorization": f"Bearer {api.key}"}
        )
        return answer.status_code, answer.get_json()["id"]

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(complete, range(4))) == {(200, begun["id"])}
    assert complete(5) == (200, begun["id"])
    assert api.events() == ["document.uploaded"]


def test_what_is_uploaded_after_the_confirmation_changes_nothing(api: Any, held: Services) -> None:
    begun = api.post("/v1/uploads", json=declare()).json
    put(begun["upload"])
    api.post(begun["complete"])
    assert put(begun["upload"]) == 204
    assert put(begun["upload"], b"x" * len(PDF)) == 400
    with held.objects.get(f"{api.tenant}/{begun['id']}/source") as kept:
        assert kept.read() == PDF
    assert api.post(begun["complete"]).status_code == 200
    assert api.events() == ["document.uploaded"]


def test_the_store_refuses_what_was_not_declared(api: Any, problem: Problem) -> None:
    begun = api.post("/v1/uploads", json=declare()).json
    form = begun["upload"]
    assert put(form, PDF + b"x") == 400
    assert put(form, PDF[:-1]) == 400
    assert put(form, b"x" * len(PDF)) == 400
    assert put(form, key=f"{api.tenant}/elsewhere") == 403
    assert put(form, Content_Type="text/html") == 403
    problem(api.post(begun["complete"]), 409, "upload_missing")
    assert api.get(f"/v1/documents/{begun['id']}").json["state"] == "awaiting_upload"
    assert put(form) == 204
    assert api.post(begun["complete"]).status_code == 200


def test_a_file_that_is_not_the_declared_one_is_refused(
    api: Any, held: Services, problem: Problem
) -> None:
    """Also when a store does not check checksums by itself: the object is put past the form."""
    begun = api.post("/v1/uploads", json=declare()).json
    path = f"/v1/documents/{begun['id']}"
    key = begun["upload"]["fields"]["key"]
    held.objects.put(key, io.BytesIO(b"%PDF-" + b"x" * (len(PDF) - 5)))
    problem(api.post(begun["complete"]), 422, "checksum_mismatch")
    held.objects.put(key, io.BytesIO(PDF + b"x"))
    problem(api.post(begun["complete"]), 422, "size_mismatch")
    assert api.get(path).json["state"] == "awaiting_upload"
    assert (api.events(), api.keys()) == ([], [key])
    held.objects.put(key, io.BytesIO(PDF))
    assert api.post(begun["complete"]).json["state"] == "queued"


def test_a_file_that_is_no_document_is_refused(api: Any, problem: Problem) -> None:
    html = b"<html>no pdf</html>"
    begun = api.post("/v1/uploads", json=declare(html, filename="fake.pdf")).json
    assert put(begun["upload"], html) == 204
    problem(api.post(begun["complete"]), 422, "unsupported_media")
    assert api.events() == []


def test_a_cancelled_upload_takes_no_file(api: Any, problem: Problem) -> None:
    begun = api.post("/v1/uploads", json=declare()).json
    api.post(f"/v1/documents/{begun['id']}/cancel")
    put(begun["upload"])
    assert problem(api.post(begun["complete"]), 409, "illegal_state")["state"] == "cancelled"


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"size": 0}, 422, "empty_file"),
        ({"size": 10**10}, 413, "too_large"),
        ({"size": -1}, 422, "invalid_request"),
        ({"size": "12"}, 422, "invalid_request"),
        ({"sha256": "A" * 64}, 422, "invalid_request"),
        ({"sha256": "a" * 64 + "\n"}, 422, "invalid_request"),
        ({"filename": "a\0.pdf"}, 422, "invalid_request"),
        ({"filename": "a\ud800.pdf"}, 422, "invalid_request"),
        ({"filename": ["a"]}, 422, "invalid_request"),
        ({"languages": ["xyz"]}, 422, "language_missing"),
        ({"languages": "eng"}, 422, "invalid_request"),
        ({"pages": "9-1"}, 422, "page_out_of_range"),
        ({"engine": "magic"}, 422, "engine_missing"),
        ({"tenant": "other"}, 422, "invalid_request"),
    ],
)
def test_a_declaration_that_is_wrong_is_refused(
    api: Any, changed: dict[str, Any], status: int, code: str, problem: Problem
) -> None:
    problem(api.post("/v1/uploads", json=declare(**changed)), status, code)
    assert api.count(models.Document) == 0


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        ("{", "application/json", 400, "bad_request"),
        ("[" * 10_000 + "]" * 10_000, "application/json", 400, "bad_request"),
        (b"\xff\xfe", "application/json", 400, "bad_request"),
        ("1" * 5_000, "application/json", 400, "bad_request"),
        ('{"\\ud800": 1}', "application/json", 422, "invalid_request"),
        ("[]", "application/json", 422, "invalid_request"),
        ("{}", "application/json", 422, "invalid_request"),
        (" " * 100_000, "application/json", 413, "too_large"),
        ("{}", "text/plain", 415, "unsupported_content_type"),
    ],
)
def test_a_body_that_is_no_declaration_is_refused(
    api: Any, body: str | bytes, content_type: str, status: int, code: str, problem: Problem
) -> None:
    answer = api.post("/v1/uploads", data=body, content_type=content_type)
    problem(answer, status, code)


def test_a_directory_takes_no_uploads(
    app_without: Any, open_api: Any, tmp_path: Path, problem: Problem
) -> None:
    api = open_api(of=app_without(object_directory=tmp_path))
    problem(api.post("/v1/uploads", json=declare()), 501, "presign_unsupported")
    assert api.count(models.Document) == 0


def test_without_the_object_store_a_confirmation_can_be_repeated(
    api: Any, app_without: Any, open_api: Any, problem: Problem
) -> None:
    begun = api.post("/v1/uploads", json=declare()).json
    put(begun["upload"])
    down = open_api(of=app_without(s3_endpoint="127.0.0.1:1"), tenant=api.tenant)
    problem(down.post(begun["complete"]), 503, "object_store_unavailable")
    assert api.post(begun["complete"]).json["state"] == "queued"
