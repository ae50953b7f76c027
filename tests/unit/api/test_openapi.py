"""The OpenAPI document, the pages made of it, and what every answer carries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import validate

from api import openapi, problems
from api.app import create_app
from octavo.settings import Settings

KEPT = Path(__file__).parents[3] / "docs" / "openapi.json"
OPEN = {"/livez", "/readyz", "/version", "/metrics"}
UNDESCRIBED = {"/", "/docs", "/docs.css", "/openapi.json", "/problems", "/problems/<code>"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(Settings(object_directory=tmp_path_factory.mktemp("objects")))


@pytest.fixture(scope="module")
def described(app: Flask) -> dict[str, Any]:
    return openapi.document(app)


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in described["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield path, method, operation


def test_the_document_is_valid(described: dict[str, Any]) -> None:
    validate(described)


def test_the_kept_document_is_fresh(app: Flask) -> None:
    assert KEPT.read_text("utf-8") == openapi.text(app), "run: python -m api > docs/openapi.json"


def test_every_route_is_described(app: Flask, described: dict[str, Any]) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule not in UNDESCRIBED
    }
    assert routes == {(path, method) for path, method, _ in operations(described)}


def test_every_operation_says_its_key_its_answers_and_its_problems(
    described: dict[str, Any],
) -> None:
    for path, method, operation in operations(described):
        assert operation["summary"], (path, method)
        answers = operation["responses"]
        assert operation["security"] == ([] if path in OPEN else [{"key": []}])
        assert path in OPEN or {"401", "403", "503"} <= set(answers)
        assert any(status.startswith("2") for status in answers)
        for status, answer in answers.items():
            content = answer.get("content", {})
            if status.startswith("4") or status == "default":
                assert content["application/problem+json"]["examples"], (path, method, status)


def test_every_field_has_words_and_an_example(described: dict[str, Any]) -> None:
    for name, schema in described["components"]["schemas"].items():
        for field, told in schema["properties"].items():
            assert told.get("description", "").endswith((".", ")")), f"{name}.{field}"
            assert "example" in told, f"{name}.{field}"
    for path, method, operation in operations(described):
        for parameter in operation.get("parameters", []):
            assert parameter["description"], (path, method, parameter["name"])


def test_problems_have_a_code_of_their_own_and_a_page(app: Flask) -> None:
    catalogue = problems.catalogue()
    client = app.test_client()
    kinds = list(catalogue.values())
    assert len({kind.__name__ for kind in kinds}) == len(catalogue)
    for code, kind in catalogue.items():
        assert kind.__doc__ and kind.title and kind.advice, code
        page = client.get(f"/problems/{code}")
        assert page.status_code == 200 and kind.title in page.text
    assert client.get("/problems/none").get_json()["code"] == "not_found"


def test_the_docs_page_needs_nothing_from_elsewhere(app: Flask, described: dict[str, Any]) -> None:
    client = app.test_client()
    assert client.get("/").headers["Location"] == "/docs"
    page = client.get("/docs")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "script" not in page.headers["Content-Security-Policy"]
    assert not re.findall(r"(?:src|href)=[\"']?(?:https?:)?//", page.text)
    assert not re.findall(r"<script|<style|\sstyle=|\son\w+=", page.text)
    for path, method, operation in operations(described):
        assert f"{method.upper()} {path}" in page.text
        assert operation["summary"].split("`")[0].split("'")[0] in page.text
    for name in described["components"]["schemas"]:
        assert f'id="schema-{name}"' in page.text
    assert "<code>Authorization: Bearer &lt;key&gt;</code>" in page.text
    assert not re.findall(r"\$OCTAVO_URL[^&]*\{", page.text)
    assert re.findall(r"languages[^\n]+/v1/documents/\$ID/pages/1/reocr&#34;", page.text)
    anchors = set(re.findall(r'id="([^"]+)"', page.text))
    assert not any(brace in anchor for brace in "{}" for anchor in anchors)
    assert set(re.findall(r'href="#([^"]+)"', page.text)) <= anchors
    assert client.get("/docs.css").mimetype == "text/css"


def test_every_answer_carries_an_id_and_safe_headers(app: Flask) -> None:
    client = app.test_client()
    for path in ("/livez", "/docs", "/openapi.json", "/nowhere", "/v1/documents"):
        answer = client.get(path, headers={"X-Request-Id": "mine-1"})
        assert answer.headers["X-Request-Id"] == "mine-1"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    odd = client.get("/livez", headers={"X-Request-Id": "a b" * 100}).headers["X-Request-Id"]
    assert re.fullmatch(r"[0-9a-f]{16}", odd)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "no_such_path"),
        ("GET", "/v1/documents/no-uuid", 404, "no_such_path"),
        ("GET", "/v1/documents/", 404, "no_such_path"),
        ("PUT", "/v1/documents", 405, "method_not_allowed"),
        ("GET", "/v1/documents", 401, "unauthenticated"),
    ],
)
def test_http_errors_are_problems(
    app: Flask, method: str, path: str, status: int, code: str
) -> None:
    answer = app.test_client().open(path, method=method)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert (answer.get_json()["code"], answer.get_json()["instance"]) == (code, path)
    if status == 405:
        assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


def test_a_fault_tells_nothing_of_itself(tmp_path: Path) -> None:
    broken = create_app(Settings(object_directory=tmp_path))

    @broken.get("/broken")
    def broken_view() -> str:
        raise RuntimeError("the secret of the house")

    answer = broken.test_client().get("/broken")
    assert (answer.status_code, answer.get_json()["code"]) == (500, "internal")
    assert "secret" not in answer.text
