"""Files that are sent, good and bad."""

from __future__ import annotations

import hashlib
import io
import uuid
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import urllib3
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import event

from api.services import Services
from store import models, requests

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
DEAD = "127.0.0.1:1"

Problem = Callable[..., dict[str, Any]]


def test_a_file_is_kept_with_its_row_and_its_event(api: Any, held: Services) -> None:
    answer = api.send(
        PDF, "scan.pdf", languages="eng", pages="1-3,7", text_layer="force", engine="tesserocr"
    )
    assert answer.status_code == 201
    body = answer.json
    assert answer.headers["Location"] == f"/v1/documents/{body['id']}"
    assert body["state"] == "queued"
    assert body["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert (body["size_bytes"], body["media_type"]) == (len(PDF), "application/pdf")
    assert body["options"] == {
        "languages": ["eng"],
        "pages": "1-3,7",
        "text_layer": "force",
        "engine": "tesserocr",
        "cache": True,
        "cleanup": "off",
        "cleanup_pages": "unsure",
    }
    assert body["reasons"] == [] and body["page_count"] is None and body["created_at"]
    assert api.events() == ["document.uploaded"]
    with held.objects.get(f"{api.tenant}/{body['id']}/source") as kept:
        assert kept.read() == PDF
    assert api.get(answer.headers["Location"]).json == body


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0....", "image/jpeg"),
        (b"II*\x00....", "image/tiff"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
    ],
)
def test_images_are_known_by_their_bytes(api: Any, data: bytes, media_type: str) -> None:
    assert api.send(data, "named.wrong").json["media_type"] == media_type


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"<html>not a pdf</html>", "unsupported_media"),
        (b"<html>%PDF-1.7 polyglot", "unsupported_media"),
        (b"SIMPLE  =                    T", "unsupported_media"),
    ],
)
def test_what_is_no_document_is_refused(api: Any, data: bytes, code: str, problem: Problem) -> None:
    problem(api.send(data, "fake.pdf"), 422, code)
    assert (api.count(models.Document), api.events(), api.keys()) == (0, [], [])


@pytest.mark.parametrize("languages", ["xyz", "eng;id", "../x", "eng+", "", "eng\0"])
def test_a_language_that_is_not_there_is_named_with_those_that_are(
    api: Any, languages: str
) -> None:
    body = api.send(languages=languages)
    assert body.status_code == 422
    if body.json["code"] == "language_missing":
        assert "eng" in body.json["installed"]
    else:
        assert body.json["errors"][0]["where"].startswith("multipart.languages")


def test_languages_may_be_repeated_or_joined(api: Any) -> None:
    body = api.send(languages=["eng+eng", "eng"]).json
    assert body["options"]["languages"] == ["eng"]


def test_an_engine_that_is_not_there_is_refused(api: Any, problem: Problem) -> None:
    assert "null" not in problem(api.send(engine="null"), 422, "engine_missing")["available"]
    body = problem(api.send(engine="magic"), 422, "engine_missing")
    assert {"auto", "tesserocr"} <= set(body["available"])


@pytest.mark.parametrize("pages", ["0", "3-1", "one", "1;2", "1-2-3", ",", "9" * 1500, "1\0"])
def test_a_page_range_that_is_none_is_refused(api: Any, pages: str) -> None:
    answer = api.send(pages=pages)
    assert answer.status_code == 422
    assert answer.json["code"] in ("page_out_of_range", "invalid_request")


@pytest.mark.parametrize(
    "fields",
    [{"text_layer": "perhaps"}, {"langauges": "eng"}, {"text_layer": "auto\0"}],
)
def test_fields_that_are_wrong_or_unknown_are_named(
    api: Any, fields: dict[str, str], problem: Problem
) -> None:
    body = problem(api.send(**fields), 422, "invalid_request")
    assert body["errors"][0]["where"].startswith(f"multipart.{next(iter(fields))}")


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b'Content-Disposition: form-data; name="file"; filename="\xff.pdf"', "UTF-8"),
        (b"Content-Type: application/pdf", "broken"),
    ],
)
def test_a_form_that_is_broken_is_told_from_one_without_a_file(
    api: Any, head: bytes, said: str, problem: Problem
) -> None:
    body = b"--b\r\n%b\r\n\r\n%b\r\n--b--\r\n" % (head, PDF)
    answer = api.post("/v1/documents", data=body, content_type="multipart/form-data; boundary=b")
    assert said in problem(answer, 400, "bad_request")["detail"]


def test_a_form_without_a_file_is_refused(api: Any, problem: Problem) -> None:
    for form in ({"pages": "1"}, {"file": "text, no file"}):
        answer = api.post("/v1/documents", data=form, content_type="multipart/form-data")
        assert problem(answer, 422, "invalid_request")["errors"][0]["where"] == "multipart.file"


def test_another_content_type_is_refused(api: Any, problem: Problem) -> None:
    body = problem(api.post("/v1/documents", data=PDF), 415, "unsupported_content_type")
    assert "multipart/form-data" in body["advice"]


def test_options_in_the_query_are_refused(api: Any, problem: Problem) -> None:
    answer = api.post("/v1/documents?languages=deu", data={"file": (io.BytesIO(PDF), "a.pdf")})
    assert problem(answer, 422, "invalid_request")["errors"][0]["where"] == "query.languages"
    assert api.count(models.Document) == 0


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("ein Brief für Zoë.pdf", "ein Brief für Zoë.pdf"),
        ("%0D%0ASet-Cookie: a=b.pdf", "%0D%0ASet-Cookie: a=b.pdf"),
        ("...", "document"),
    ],
)
def test_a_name_is_data(api: Any, name: str, kept: str) -> None:
    answer = api.send(name=name)
    assert (answer.status_code, answer.json["filename"]) == (201, kept)


def test_a_name_of_10_kb_is_cut(api: Any) -> None:
    name = api.send(name="n" * 10_000 + ".pdf").json["filename"]
    assert len(name) == 255 and name.endswith("n.pdf")


def test_too_many_parts_or_bytes_are_refused(
    api: Any, app_without: Any, open_api: Any, problem: Problem
) -> None:
    many = {f"x{number}": "1" for number in range(1000)}
    problem(api.send(**many), 413, "too_large")
    small = open_api(of=app_without(max_upload_bytes=1000))
    problem(small.send(PDF + b"x" * 1000), 413, "too_large")
    body, content_type = urllib3.encode_multipart_formdata({"file": ("n.pdf", PDF * 20_000)})
    answer = small.post("/v1/documents", data=body, content_type=content_type)
    problem(answer, 413, "too_large")
    assert (small.count(models.Document), small.keys()) == (0, [])


def test_the_broker_is_not_needed_to_accept(app_without: Any, open_api: Any) -> None:
    api = open_api(of=app_without(broker_url=SecretStr("redis://127.0.0.1:1/0")))
    assert api.send().status_code == 201
    assert api.events() == ["document.uploaded"]


def test_without_the_object_store_nothing_is_half_written(
    app_without: Any, open_api: Any, problem: Problem
) -> None:
    api = open_api(of=app_without(s3_endpoint=DEAD))
    answer = api.send(once="again")
    assert problem(answer, 503, "object_store_unavailable")["retryable"] is True
    assert int(answer.headers["Retry-After"]) > 0
    assert (api.count(models.Document), api.events()) == (0, [])
    assert api.count(models.Idempotency) == 0


def test_without_the_database_the_answer_is_503(app_without: Any, problem: Problem) -> None:
    away = app_without(database_url=SecretStr("postgresql+psycopg2://octavo@127.0.0.1:1/octavo"))
    key = "octavo_" + "0" * 40 + f"{zlib.crc32(b'0' * 40):08x}"
    answer = away.test_client().get("/v1/documents", headers={"Authorization": f"Bearer {key}"})
    assert problem(answer, 503, "database_unavailable")["retryable"] is True


def test_a_transaction_that_fails_leaves_no_object(
    api: Any, held: Services, monkeypatch: pytest.MonkeyPatch, problem: Problem
) -> None:
    def refuse(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO outbox"):
            raise RuntimeError("the outbox cannot be written")

    event.listen(held.database.engine, "before_cursor_execute", refuse)
    try:
        problem(api.send(), 500, "internal")
    finally:
        event.remove(held.database.engine, "before_cursor_execute", refuse)
    assert (api.count(models.Document), api.events(), api.keys()) == (0, [], [])


def test_the_same_key_and_request_make_one_document(api: Any) -> None:
    first, again = api.send(once="k1"), api.send(once="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json == first.json
    assert again.headers["Location"] == first.headers["Location"]
    assert (api.count(models.Document), api.events()) == (1, ["document.uploaded"])
    assert len(api.keys()) == 1


@pytest.mark.parametrize(
    "changed", [{"data": PDF + b"\n"}, {"name": "b.pdf"}, {"pages": "1"}, {"text_layer": "skip"}]
)
def test_the_same_key_for_another_request_is_refused(
    api: Any, changed: dict[str, Any], problem: Problem
) -> None:
    api.send(once="k1")
    problem(api.send(once="k1", **changed), 422, "idempotency_conflict")
    assert api.count(models.Document) == 1


def test_a_key_whose_document_is_deleted_is_spent(api: Any, problem: Problem) -> None:
    sent = api.send(once="k1")
    api.ask("DELETE", sent.headers["Location"])
    problem(api.send(once="k1"), 422, "idempotency_conflict")
    with api.held.database.begin() as session:
        requests.purge(session, uuid.UUID(sent.json["id"]))
    problem(api.send(once="k1"), 422, "idempotency_conflict")


def test_a_key_belongs_to_a_tenant(api: Any, open_api: Any) -> None:
    other = open_api()
    assert api.send(once="k1").json["id"] != other.send(once="k1").json["id"]


@pytest.mark.parametrize("key", ["x" * 256, "a b", "é"])
def test_a_key_that_is_none_is_refused(api: Any, key: str, problem: Problem) -> None:
    problem(api.send(once=key), 422, "invalid_request")


def test_a_replay_needs_no_object_store(api: Any, app_without: Any, open_api: Any) -> None:
    first = api.send(once="k1")
    down = open_api(of=app_without(s3_endpoint=DEAD), tenant=api.tenant)
    assert down.send(once="k1").json["id"] == first.json["id"]


def test_the_same_key_at_the_same_time_makes_one_document(app: Flask, api: Any) -> None:
    def send(_: int) -> tuple[int, str]:
        answer = app.test_client().post(
            "/v1/documents",
            data={"file": (io.BytesIO(PDF), "scan.pdf")},
            headers={"Authorization": f"Bearer {api.key}", "Idempotency-Key": "race"},
        )
        return answer.status_code, answer.get_json()["id"]

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, range(8)))
    assert len(answers) == 1 and answers.pop()[0] == 201
    assert (api.count(models.Document), api.events()) == (1, ["document.uploaded"])
    assert len(api.keys()) == 1


def test_unknown_ids_and_other_tenants_ids_look_the_same(
    api: Any, open_api: Any, problem: Problem
) -> None:
    theirs = open_api().send().headers["Location"]
    unknown = f"/v1/documents/{uuid.uuid4()}"
    for path in (theirs, unknown):
        for method, end in (
            ("GET", ""),
            ("GET", "/text"),
            ("GET", "/pages"),
            ("GET", "/pages/1"),
            ("GET", "/pages/1/image"),
            ("POST", "/cancel"),
            ("POST", "/retry"),
            ("POST", "/complete"),
            ("DELETE", ""),
        ):
            body = problem(api.ask(method, path + end), 404, "not_found")
            assert body["detail"] == "There is no such document."
