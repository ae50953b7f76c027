"""Orphans go, everything else stays: on a real object store and a real database."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import redis
from sqlalchemy import text

from octavo.telemetry import metrics
from store import idempotency, layout, requests, uploads
from tasks import collector, context, maintenance
from tasks.app import app

SHA256 = "0" * 64


@pytest.fixture
def held(environment: dict[str, str]) -> Iterator[context.Context]:
    """A worker to which everything is old; an empty bucket."""
    del environment
    context.close()
    opened = context.context()
    opened.objects.prepare()
    for left in opened.objects.list():
        opened.objects.delete(left.key)
    yield replace(opened, settings=opened.settings.model_copy(update={"orphan_seconds": -60}))
    context.close()


def put(held: context.Context, *keys: str) -> None:
    for key in keys:
        held.objects.put(key, io.BytesIO(b"q"))


def keys(held: context.Context) -> set[str]:
    return {stored.key for stored in held.objects.list()}


def three(document_id: UUID) -> list[str]:
    """An object of each kind."""
    return [
        layout.incoming_key("default", document_id, SHA256),
        layout.source_key("default", document_id),
        layout.image_key("default", document_id, 1),
    ]


def promised(way: Any) -> UUID:
    upload = way.upload()
    incoming = layout.incoming_key("default", upload.document_id, SHA256)
    with way.database.begin() as session:
        waiting = replace(upload, sha256=None, object_key=incoming)
        uploads.promise(session, waiting, expires_seconds=60)
    document_id: UUID = upload.document_id
    return document_id


def repairs() -> float:
    [family] = metrics.REPAIRS.collect()
    return sum(
        sample.value
        for sample in family.samples
        if sample.labels == {"kind": "orphan_object"} and sample.name.endswith("_total")
    )


def test_each_orphan_goes_and_nothing_else(held: context.Context, way: Any) -> None:
    nobody, accepted, waiting, cancelled, deleted = (
        uuid4(),
        way.split(1),
        promised(way),
        promised(way),
        way.accepted(),
    )
    way.move(cancelled, requests.cancel)
    way.move(deleted, requests.delete)
    for document_id in (nobody, accepted, waiting, cancelled, deleted):
        put(held, *three(document_id))
    put(held, "notes.txt", f"default/{nobody}/other")
    before = repairs()

    done = collector.run_once(held, most=100)

    assert keys(held) == {
        *three(accepted)[1:],
        *three(waiting),
        three(cancelled)[2],
        "notes.txt",
        f"default/{nobody}/other",
    }
    assert done.removed == {"incoming": 4, "source": 3, "image": 2}
    assert sorted(done.unplaced) == [f"default/{nobody}/other", "notes.txt"]
    assert (done.seen, done.more_after) == (17, None)
    assert repairs() == before + 9
    assert not collector.run_once(held, most=100).removed


def test_what_is_young_stays(held: context.Context) -> None:
    nobody = three(uuid4())
    put(held, *nobody, "notes.txt")
    young = replace(held, settings=held.settings.model_copy(update={"orphan_seconds": 3600}))

    done = collector.run_once(young, most=100)

    assert (done.seen, sum(done.removed.values()), done.unplaced) == (4, 0, [])
    assert keys(held) == {*nobody, "notes.txt"}


def test_the_parts_of_a_round_see_everything_once(held: context.Context, way: Any) -> None:
    kept = way.accepted()
    for document_id in (uuid4(), kept, uuid4()):
        put(held, *three(document_id))

    seen, removed, after = 0, 0, ""
    for _ in range(10):
        done = collector.run_once(held, after, most=2)
        seen += done.seen
        removed += sum(done.removed.values())
        if done.more_after is None:
            break
        after = done.more_after
    assert (seen, removed) == (9, 7)
    assert keys(held) == set(three(kept)[1:])


def test_the_task_asks_for_the_next_part(
    held: context.Context, broker_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(held, *three(uuid4()))
    listed = [stored.key for stored in held.objects.list()]
    monkeypatch.setattr(collector, "MOST_OBJECTS", 2)
    monkeypatch.setattr(app.conf, "broker_url", broker_url)
    monkeypatch.setattr(app, "_pool", None)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)

    maintenance.collect()
    maintenance.collect(listed[1])

    client = redis.Redis.from_url(broker_url)
    messages = [json.loads(message) for message in client.lrange("octavo:maintenance", 0, -1)]
    client.close()
    assert [message["headers"]["task"] for message in messages] == ["octavo.collect"]
    assert messages[0]["headers"]["argsrepr"] == repr([listed[1]])


def test_an_idempotency_key_is_forgotten_after_its_time(held: context.Context, way: Any) -> None:
    document_id = way.accepted()
    with way.database.begin() as session:
        for key in ("old", "new"):
            idempotency.claim(
                session, tenant="default", key=key, fingerprint="f", document_id=document_id
            )
        session.execute(
            text("UPDATE idempotency_keys SET created_at = now() - :age WHERE key = 'old'"),
            {"age": timedelta(days=7, seconds=1)},
        )
    assert collector.forget_keys(held) == 1
    with way.database.begin() as session:
        left = session.execute(text("SELECT key FROM idempotency_keys")).scalars().all()
        assert left == ["new"]
        idempotency.claim(
            session, tenant="default", key="old", fingerprint="g", document_id=document_id
        )
