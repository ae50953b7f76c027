"""The API over the real database, object store and broker."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from api.app import create_app
from api.preparing import Preparing
from api.services import Services
from api.services import services as services_of
from octavo.local.stack import Stack
from octavo.settings import Settings
from pipelines.values import PageInfo
from store import claims, documents, endings, keys, models, pages
from store.claims import DocumentClaim, PageClaim
from store.states import PageStage, Stage

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"

WORD = {
    "text": "Word",
    "box": {"left": 1, "top": 2, "right": 30, "bottom": 14},
    "confidence": 0.5,
    "line": 0,
}

SUMMARY = {
    "words": 2,
    "confidence": 0.5,
    "least_confident_page": 1,
    "missing_pages": [3],
    "engines": ["null"],
    "languages": ["eng"],
}


def free(app: Flask) -> Services:
    with app.app_context():
        return services_of()


@pytest.fixture(scope="module")
def settings(services: Stack, database_url: str, broker_url: str, bucket: str) -> Settings:
    where = {
        **services.environment,
        "OCTAVO_DATABASE_URL": database_url,
        "OCTAVO_BROKER_URL": broker_url,
        "OCTAVO_S3_BUCKET": bucket,
    }
    known: dict[str, Any] = {
        name.removeprefix("OCTAVO_").lower(): value for name, value in where.items()
    }
    return Settings(**known)


@pytest.fixture(scope="module")
def app(settings: Settings) -> Iterator[Flask]:
    made = create_app(settings)
    held = free(made)
    assert Preparing(held.database, held.objects).run_once()
    yield made
    held.close()


@pytest.fixture
def held(app: Flask) -> Services:
    return free(app)


@dataclass
class Api:
    """A client of one tenant."""

    client: FlaskClient
    tenant: str
    key: str
    held: Services

    def ask(self, method: str, path: str, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.key}", **more.pop("headers", {})}
        return self.client.open(path, method=method, headers=headers, **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.ask("GET", path, **more)

    def post(self, path: str, **more: Any) -> TestResponse:
        return self.ask("POST", path, **more)

    def send(
        self, data: bytes = PDF, name: str = "scan.pdf", *, once: str | None = None, **fields: Any
    ) -> TestResponse:
        headers = {} if once is None else {"Idempotency-Key": once}
        form = {"file": (io.BytesIO(data), name), **fields}
        return self.post("/v1/documents", data=form, headers=headers)

    def count(self, model: type[models.Document]) -> int:
        with self.held.database.begin() as session:
            return (
                session.scalar(
                    select(func.count()).select_from(model).where(model.tenant == self.tenant)
                )
                or 0
            )

    def events(self) -> list[str]:
        """Topics in the outbox, in order."""
        with self.held.database.begin() as session:
            return list(
                session.scalars(
                    select(models.OutboxRow.topic)
                    .where(models.OutboxRow.payload["tenant"].astext == self.tenant)
                    .order_by(models.OutboxRow.id)
                )
            )

    def keys(self) -> list[str]:
        """Objects of this tenant."""
        return [found.key for found in self.held.objects.list(f"{self.tenant}/")]

    def split(self, document_id: str, count: int) -> None:
        """Do the split stage's part: the document has `count` pages now."""
        claim = self._claim(document_id, Stage.SPLIT)
        with self.held.database.begin() as session:
            documents.record_split(
                session,
                claim,
                media_type="application/pdf",
                pages=[
                    documents.NewPage(n, asdict(PageInfo(n, 612.0, 792.0)))
                    for n in range(1, count + 1)
                ],
                plan=self.held.plan,
            )

    def read(self, document_id: str, number: int, raw: str, **more: Any) -> None:
        """Do a worker's part: a page has its text now; `clean=None` leaves it recognised."""
        clean = more.pop("clean", raw)
        values = {
            "words": [WORD],
            "confidence": 0.5,
            "width": 100,
            "height": 200,
            "dpi": 300.0,
            "engine": "null",
            "languages": ["eng"],
            "flags": [],
            "image_key": None,
        }
        claim = self._page(document_id, number, PageStage.RECOGNIZE)
        with self.held.database.begin() as session:
            reading = pages.Reading(raw=raw, **{**values, **more})
            pages.record_recognition(session, claim, reading)
        if clean is not None:
            claim = self._page(document_id, number, PageStage.CLEAN)
            with self.held.database.begin() as session:
                pages.record_clean(session, claim, clean)

    def fail(self, document_id: str, number: int) -> None:
        """Do a worker's part: a page has failed."""
        claim = self._page(document_id, number, PageStage.RECOGNIZE)
        with self.held.database.begin() as session:
            failure = claims.Failure("timeout", "The page took too long.", retryable=True)
            pages.record_failure(session, claim, failure)

    def end(self, document_id: str) -> None:
        """Do the aggregate stage's part, then the announcer's."""
        claim = self._claim(document_id, Stage.AGGREGATE)
        with self.held.database.begin() as session:
            documents.record_aggregate(session, claim, summary=SUMMARY)
        with self.held.database.begin() as session:
            endings.announce(session, uuid.UUID(document_id))

    def refuse(self, document_id: str, reason: str) -> None:
        """Do the split stage's part: the file cannot be read."""
        claim = self._claim(document_id, Stage.SPLIT)
        with self.held.database.begin() as session:
            documents.record_failure(session, claim, claims.Failure(reason, "It cannot be read."))

    def _claim(self, document_id: str, stage: Stage) -> DocumentClaim:
        with self.held.database.begin() as session:
            found = session.get_one(models.Document, uuid.UUID(document_id))
            claim = documents.claim(
                session, found.id, found.generation, stage, lease_seconds=60, max_attempts=3
            )
        assert claim is not None
        return claim

    def _page(self, document_id: str, number: int, step: PageStage) -> PageClaim:
        with self.held.database.begin() as session:
            found = session.get_one(models.Document, uuid.UUID(document_id))
            claim = pages.claim(
                session, found.id, found.generation, number, step, lease_seconds=60, max_attempts=3
            )
        assert claim is not None
        return claim


@pytest.fixture
def open_api(app: Flask, held: Services) -> Callable[..., Api]:
    def open_it(
        *, of: Flask | None = None, tenant: str | None = None, scopes: tuple[str, ...] = ()
    ) -> Api:
        chosen = of or app
        named = tenant or f"t{uuid.uuid4().hex[:12]}"
        with held.database.begin() as session:
            key = keys.create(
                session, tenant=named, name="test", scopes=scopes or ("read", "write")
            )
        return Api(chosen.test_client(), named, key, free(chosen))

    return open_it


@pytest.fixture
def api(open_api: Callable[..., Api]) -> Api:
    return open_api()


@pytest.fixture
def app_without(settings: Settings) -> Iterator[Callable[..., Flask]]:
    """Applications with something down: settings as keywords."""
    made: list[Flask] = []

    def make(**changed: Any) -> Flask:
        made.append(create_app(settings.model_copy(update=changed)))
        return made[-1]

    yield make
    for each in made:
        free(each).close()


@pytest.fixture(scope="session")
def problem() -> Callable[[TestResponse, int, str], dict[str, Any]]:
    """Check that an answer is a whole problem document of this code, and give its body."""

    def check(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
        body: dict[str, Any] = answer.get_json()
        assert (body["code"], body["status"]) == (code, status)
        assert body["type"] == f"/problems/{code}"
        assert body["request_id"] == answer.headers["X-Request-Id"]
        assert body["title"] and body["detail"] and body["advice"]
        return body

    return check
