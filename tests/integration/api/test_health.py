"""Health, version and metrics, with everything up and with each thing down."""

from __future__ import annotations

from typing import Any

import pytest
import redis
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import create_engine

from api import gauges
from api.preparing import Preparing
from api.services import Services
from api.services import services as services_of
from octavo.settings import Settings
from store import migrate, revisions

DEAD_REDIS = SecretStr("redis://127.0.0.1:1/0")
DEAD_DATABASE = SecretStr("postgresql+psycopg2://octavo@127.0.0.1:1/octavo")


def states(app: Flask) -> tuple[int, dict[str, str]]:
    answer = app.test_client().get("/readyz")
    return answer.status_code, {
        check["name"]: check["state"] for check in answer.get_json()["checks"]
    }


def test_ready_when_everything_is_there(app: Flask) -> None:
    assert states(app) == (
        200,
        {"database": "up", "migrations": "up", "broker": "up", "object_store": "up"},
    )


@pytest.mark.parametrize(
    ("changed", "down"),
    [
        ({"s3_endpoint": "127.0.0.1:1"}, {"object_store"}),
        ({"s3_secret_key": SecretStr("wrong")}, {"object_store"}),
        ({"database_url": DEAD_DATABASE}, {"database", "migrations"}),
    ],
)
def test_not_ready_names_what_is_down(
    app_without: Any, changed: dict[str, Any], down: set[str]
) -> None:
    app = app_without(**changed)
    status, found = states(app)
    assert (status, {name for name, state in found.items() if state == "down"}) == (503, down)
    assert app.test_client().get("/livez").json == {"state": "live"}


def test_a_broker_that_is_down_is_a_warning(app_without: Any) -> None:
    answer = app_without(broker_url=DEAD_REDIS).test_client().get("/readyz")
    assert (answer.status_code, answer.json["state"]) == (200, "ready")
    told = next(check for check in answer.json["checks"] if check["name"] == "broker")
    assert told["state"] == "warning"
    assert "documents are accepted and wait" in told["detail"]


def test_a_broker_that_may_drop_messages_is_a_warning(app_without: Any, settings: Settings) -> None:
    client = redis.Redis.from_url(settings.broker_url.get_secret_value())
    client.config_set("maxmemory-policy", "allkeys-lru")
    try:
        status, found = states(app_without())
    finally:
        client.config_set("maxmemory-policy", "noeviction")
        client.close()
    assert (status, found["broker"]) == (200, "warning")


def test_a_database_without_its_schema_is_not_ready_until_it_is_prepared(
    app_without: Any, settings: Settings
) -> None:
    engine = create_engine(settings.database_url.get_secret_value())
    migrate.downgrade(engine, "base")
    app = app_without()
    try:
        assert states(app)[1]["migrations"] == "down"
        with app.app_context():
            held = services_of()
        assert Preparing(held.database, held.objects).run_once()
        assert states(app_without())[1]["migrations"] == "up"
    finally:
        migrate.upgrade(engine)
        engine.dispose()


def test_preparation_goes_on_while_something_is_down(app_without: Any) -> None:
    app = app_without(s3_endpoint="127.0.0.1:1")
    with app.app_context():
        held = services_of()
    preparation = Preparing(held.database, held.objects)
    assert preparation.run_once() is False
    preparation.start()
    preparation.stop()


def test_version_and_metrics(app: Flask, api: Any, held: Services) -> None:
    gauges.register(held)  # a process has one application; this one has had several
    client = app.test_client()
    assert client.get("/version").get_json()["migration"] == revisions.head()
    api.send()
    text = client.get("/metrics").text
    for line in (
        'octavo_documents_open{state="queued"} 1.0',
        'octavo_pages_open{state="pending"} 0.0',
        'octavo_queue_messages{queue="ocr"} 0.0',
        "octavo_outbox_unpublished 1.0",
        "octavo_outbox_dead 0.0",
        'octavo_collector_up{collector="database"} 1.0',
    ):
        assert line in text
    assert 'octavo_http_requests_total{method="POST",route="/v1/documents",status="201"}' in text


def test_metrics_are_there_without_broker_and_database(app_without: Any) -> None:
    app = app_without(broker_url=DEAD_REDIS, database_url=DEAD_DATABASE)
    text = app.test_client().get("/metrics").text
    assert 'octavo_collector_up{collector="broker"} 0.0' in text
    assert 'octavo_collector_up{collector="database"} 0.0' in text
