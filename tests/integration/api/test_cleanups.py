"""What clients see of cleanup: options, differences, usage, and a try for those who may."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from store import gates, ledger, pages
from store.states import PageStage
from tests.support.scripted_llm import Script, serving

FILE = """
[budgets]
document = 0.5
tenant_month = 20
[[providers]]
name = "scripted"
base_url = "{url}"
model = "m"
price_in = 1
price_out = 2
"""
REPORT = {
    "state": "accepted",
    "reason": None,
    "mode": "cleanup",
    "provider": "scripted",
    "model": "m",
    "prompt_version": "octavo-cleanup@1",
    "tokens_in": 10,
    "tokens_out": 5,
    "cost": 0.00002,
    "estimated": False,
    "sends": 1,
    "edits": 0.1,
    "cached": False,
}


@pytest.fixture(scope="module")
def script() -> Iterator[Script]:
    with serving() as script:
        yield script


@pytest.fixture
def with_model(app_without: Callable[..., Flask], script: Script, tmp_path: Path) -> Flask:
    file = tmp_path / "llm.toml"
    file.write_text(FILE.format(url=script.url))
    return app_without(llm_file=file, cleanup_debug=True)


def test_cleanup_is_off_unless_it_is_asked_for(api: Any) -> None:
    assert api.send().get_json()["options"]["cleanup"] == "off"


def test_what_no_provider_does_is_refused(api: Any, problem: Any) -> None:
    body = problem(api.send(cleanup="cleanup"), 422, "cleanup_unavailable")
    assert body["available"] == ["off"]


def test_what_a_provider_does_is_taken(open_api: Any, with_model: Flask, problem: Any) -> None:
    api = open_api(of=with_model)
    options = api.send(cleanup="cleanup", cleanup_pages="always").get_json()["options"]
    assert (options["cleanup"], options["cleanup_pages"]) == ("cleanup", "always")
    body = problem(api.send(cleanup="vision"), 422, "cleanup_unavailable")
    assert body["available"] == ["cleanup", "off"]


def test_a_page_says_what_a_model_did(api: Any) -> None:
    document_id = api.send().get_json()["id"]
    api.split(document_id, 1)
    api.read(document_id, 1, "The quick brovvn fox", clean=None)
    path = f"/v1/documents/{document_id}/pages/1"
    assert api.get(f"{path}/diff").get_json() == {
        "raw": "The quick brovvn fox",
        "clean": None,
        "changes": [],
    }
    claim = api._page(document_id, 1, PageStage.CLEAN)
    with api.held.database.begin() as session:
        pages.record_clean(session, claim, "The quick brown fox", cleanup=REPORT)
    assert api.get(path).get_json()["cleanup"] == REPORT
    assert api.get(f"/v1/documents/{document_id}/pages").get_json()["items"][0]["cleanup"] == REPORT
    (change,) = api.get(f"{path}/diff").get_json()["changes"]
    assert (change["change"], change["raw"], change["clean"]) == ("replace", "brovvn", "brown")
    assert (change["start"], change["end"], change["into"], change["until"]) == (10, 16, 10, 15)


def test_a_page_without_text_has_no_differences(api: Any, problem: Any) -> None:
    document_id = api.send().get_json()["id"]
    api.split(document_id, 1)
    problem(api.get(f"/v1/documents/{document_id}/pages/1/diff"), 404, "text_missing")


def spend(api: Any, document_id: str) -> None:
    ask = ledger.Ask(
        tenant=api.tenant,
        document_id=uuid.UUID(document_id),
        page=1,
        fence=None,
        provider="scripted",
        model="m",
        mode="cleanup",
        prompt_version="octavo-cleanup@1",
        worst_nanos=9_000_000,
        seconds=60,
    )
    gate = gates.Gate("scripted", concurrency=9)
    free = ledger.Bounds(None, None, sends=9)
    with api.held.database.begin() as session:
        call = ledger.reserve(session, ask, free, gate)
        assert isinstance(call, uuid.UUID)
        ledger.settle(session, call, "answered", ledger.Cost(4_000_000, 100, 50), 1.0)
        ledger.reserve(session, ask, free, gate)


def test_what_was_spent_is_told(open_api: Any, with_model: Flask) -> None:
    api = open_api(of=with_model)
    document_id = api.send().get_json()["id"]
    assert api.get(f"/v1/documents/{document_id}").get_json()["spent"] is None
    spend(api, document_id)
    told = {"calls": 1, "tokens_in": 100, "tokens_out": 50, "cost": 0.004, "held": 0.009}
    assert api.get(f"/v1/documents/{document_id}").get_json()["spent"] == {**told, "budget": 0.5}
    usage = api.get("/v1/usage").get_json()
    month = usage.pop("month")
    models = [{"provider": "scripted", "model": "m", **told}]
    models[0].pop("held")
    assert usage == {
        **told,
        "budget": 20,
        "currency": "USD",
        "tenant": api.tenant,
        "models": models,
    }
    assert api.get(f"/v1/usage?month={month}").get_json()["calls"] == 1
    assert api.get("/v1/usage?month=2001-01").get_json()["calls"] == 0
    assert open_api(of=with_model).get("/v1/usage").get_json()["calls"] == 0


@pytest.mark.parametrize("month", ["2026-13", "2026-11%0A", "2026-1", ""])
def test_a_month_is_a_month(api: Any, problem: Any, month: str) -> None:
    problem(api.get(f"/v1/usage?month={month}"), 422, "invalid_request")


def test_a_try_shows_everything_and_changes_nothing(
    open_api: Any, with_model: Flask, script: Script, problem: Any
) -> None:
    api = open_api(of=with_model, scopes=("admin",))
    document_id = api.send().get_json()["id"]
    api.split(document_id, 1)
    api.read(document_id, 1, "The quick brovvn fox costs 12 EUR", clean="rules")
    path = f"/v1/documents/{document_id}/pages/1"
    script.behave = lambda handler: handler.say("The quick brown fox costs 21 EUR")
    told = api.post(f"{path}/cleanup", json={}).get_json()
    assert (told["cleanup"]["state"], told["cleanup"]["reason"]) == ("rejected", "numbers_changed")
    assert told["cleanup"]["cost"] == 0.00014
    assert told["answer"] == "The quick brown fox costs 21 EUR"
    assert told["raw"] in told["prompt"]
    assert [each["clean"] for each in told["changes"]] == ["brown", "21"]
    assert api.get(path).get_json()["cleanup"] is None
    assert api.get("/v1/usage").get_json()["calls"] == 1
    body = api.post(f"{path}/cleanup", json={"provider": "other"})
    problem(body, 422, "cleanup_unavailable")
    problem(api.post(f"{path[:-1]}2/cleanup", json={}), 404, "not_found")


def test_a_try_needs_leave(
    api: Any, open_api: Any, with_model: Flask, app: Flask, problem: Any
) -> None:
    path = f"/v1/documents/{uuid.uuid4()}/pages/1/cleanup"
    problem(open_api(of=with_model).post(path, json={}), 403, "missing_scope")
    admin = open_api(of=app, scopes=("admin",))
    problem(admin.post(path, json={}), 404, "no_such_path")
    problem(open_api(of=with_model, scopes=("admin",)).post(path, json={}), 404, "not_found")
