"""Who may do what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from api.services import Services
from store import keys

Problem = Callable[..., dict[str, Any]]


def test_a_missing_a_wrong_and_a_revoked_key_look_the_same(
    app: Flask, api: Any, held: Services, problem: Problem
) -> None:
    with held.database.begin() as session:
        past = datetime.now(UTC) - timedelta(seconds=1)
        expired = keys.create(session, tenant=api.tenant, name="old", expires_at=past)
    with held.database.begin() as session:
        assert keys.revoke(session, api.key.removeprefix("octavo_")[:8])
    tried = [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic b2N0YXZv",
        "Bearer octavo_",
        f"Bearer {api.key}x",
        f"Bearer {api.key[:-1]}",
        f"Bearer {api.key}",
        f"Bearer {expired}",
        "Bearer " + "x" * 5000,
        "Bearer \xe9",
    ]
    seen = set()
    for header in tried:
        headers = {} if header is None else {"Authorization": header}
        answer = app.test_client().get("/v1/documents", headers=headers)
        body = problem(answer, 401, "unauthenticated")
        seen.add((body["detail"], answer.headers["WWW-Authenticate"]))
    assert len(seen) == 1


def test_a_key_is_asked_for_before_a_body_is_read(app: Flask, problem: Problem) -> None:
    problem(app.test_client().post("/v1/documents", data=b"x"), 401, "unauthenticated")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/documents"),
        ("POST", "/v1/uploads"),
        ("DELETE", "/v1/documents/7a9d1c1e-2b7e-4d0e-9a52-8f2d1f0b6c11"),
        ("POST", "/v1/documents/7a9d1c1e-2b7e-4d0e-9a52-8f2d1f0b6c11/cancel"),
        ("POST", "/v1/documents/7a9d1c1e-2b7e-4d0e-9a52-8f2d1f0b6c11/retry"),
        ("POST", "/v1/documents/7a9d1c1e-2b7e-4d0e-9a52-8f2d1f0b6c11/complete"),
    ],
)
def test_a_key_that_reads_changes_nothing(
    open_api: Any, method: str, path: str, problem: Problem
) -> None:
    problem(open_api(scopes=("read",)).ask(method, path), 403, "missing_scope")


def test_a_key_that_writes_reads_nothing(open_api: Any, problem: Problem) -> None:
    problem(open_api(scopes=("write",)).get("/v1/documents"), 403, "missing_scope")


def test_admin_holds_every_scope(open_api: Any) -> None:
    api = open_api(scopes=("admin",))
    assert api.get(api.send().headers["Location"]).status_code == 200
