"""Documents at any point of their way, made through the store itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from outbox.record import record
from pipelines.values import Options, PageInfo
from store import claims, documents, layout, pages, uploads
from store.claims import DocumentClaim, PageClaim
from store.database import Database
from store.models import Document, Page, Sheaf
from store.sheaves import Plan
from store.states import PageStage, Stage

LEASE = 45.0
READING = pages.Reading(
    raw="raw text",
    words=[],
    confidence=0.9,
    width=100,
    height=100,
    dpi=100.0,
    engine="null",
    languages=["eng"],
    flags=[],
    image_key=None,
)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    held = Database(create_engine(database_url, pool_size=10))
    yield held
    held.close()


@pytest.fixture
def plan() -> Plan:
    return Plan(
        sheaf_pages=2, bulk_pages=4, sheaves_in_flight=2, pages_in_flight=100, lease_seconds=LEASE
    )


class Way:
    """Walks documents along their way, one arrow at a time, each in a transaction of its own."""

    def __init__(self, database: Database, plan: Plan) -> None:
        self.database = database
        self.plan = plan

    def upload(self, tenant: str = "default", document_id: UUID | None = None) -> uploads.Upload:
        document_id = document_id or uuid4()
        return uploads.Upload(
            document_id=document_id,
            tenant=tenant,
            filename="scan.pdf",
            media_type="application/pdf",
            size_bytes=3,
            sha256="0" * 64,
            object_key=layout.source_key(tenant, document_id),
            options=asdict(Options()),
            trace={},
        )

    def accepted(self, tenant: str = "default") -> UUID:
        upload = self.upload(tenant)
        with self.database.begin() as session:
            record(session, uploads.accept(session, upload, lease_seconds=LEASE), {})
        return upload.document_id

    def claimed(
        self, document_id: UUID, stage: Stage = Stage.SPLIT, generation: int = 1
    ) -> DocumentClaim:
        claim = self.claim(document_id, stage, generation)
        assert claim is not None
        return claim

    def claim(
        self, document_id: UUID, stage: Stage = Stage.SPLIT, generation: int = 1
    ) -> DocumentClaim | None:
        with self.database.begin() as session:
            return documents.claim(
                session, document_id, generation, stage, lease_seconds=LEASE, max_attempts=3
            )

    def split(self, count: int, tenant: str = "default", *, cheap: bool = False) -> UUID:
        document_id = self.accepted(tenant)
        claim = self.claimed(document_id)
        infos = [
            documents.NewPage(n, asdict(PageInfo(n, 100.0, 100.0)), cheap)
            for n in range(1, count + 1)
        ]
        with self.database.begin() as session:
            moves = documents.record_split(
                session, claim, media_type="application/pdf", pages=infos, plan=self.plan
            )
            record(session, moves, {})
        return document_id

    def page(
        self,
        document_id: UUID,
        number: int,
        step: PageStage = PageStage.RECOGNIZE,
        generation: int = 1,
    ) -> PageClaim | None:
        with self.database.begin() as session:
            return pages.claim(
                session,
                document_id,
                generation,
                number,
                step,
                lease_seconds=LEASE,
                max_attempts=3,
            )

    def held_page(
        self,
        document_id: UUID,
        number: int,
        step: PageStage = PageStage.RECOGNIZE,
        generation: int = 1,
    ) -> PageClaim:
        claim = self.page(document_id, number, step, generation)
        assert claim is not None
        return claim

    def finish(self, document_id: UUID, number: int, generation: int = 1) -> None:
        claim = self.held_page(document_id, number, PageStage.RECOGNIZE, generation)
        with self.database.begin() as session:
            pages.record_recognition(session, claim, READING)
        claim = self.held_page(document_id, number, PageStage.CLEAN, generation)
        with self.database.begin() as session:
            record(session, pages.record_clean(session, claim, "clean text"), {})

    def fail(self, document_id: UUID, number: int) -> None:
        claim = self.held_page(document_id, number)
        with self.database.begin() as session:
            failure = claims.Failure("render_failed", "it would not")
            record(session, pages.record_failure(session, claim, failure), {})

    def aggregate(self, document_id: UUID, generation: int = 1) -> None:
        claim = self.claimed(document_id, Stage.AGGREGATE, generation)
        with self.database.begin() as session:
            record(session, documents.record_aggregate(session, claim, summary={}), {})

    def move(self, document_id: UUID, arrow: Callable[[Session, Document], list]) -> None:  # type: ignore[type-arg]
        with self.database.begin() as session:
            record(session, arrow(session, session.get_one(Document, document_id)), {})

    def document(self, document_id: UUID) -> Document:
        with self.database.begin() as session:
            return session.get_one(Document, document_id)

    def one_page(self, document_id: UUID, number: int) -> Page:
        with self.database.begin() as session:
            return session.get_one(Page, (document_id, number))

    def sheaf(self, document_id: UUID, number: int, generation: int = 1) -> Sheaf:
        with self.database.begin() as session:
            return session.get_one(Sheaf, (document_id, generation, number))

    def topics(self, document_id: UUID) -> list[str]:
        with self.database.begin() as session:
            found = session.execute(
                text("SELECT topic FROM outbox WHERE payload->>'document_id' = :id ORDER BY id"),
                {"id": str(document_id)},
            )
            return [row.topic for row in found]

    def wait_for_a_blocked_statement(self, seconds: float = 20) -> None:
        """Return once some transaction of this database waits for a lock of another."""
        blocked = text(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0"
        )
        deadline = time.monotonic() + seconds
        # A transaction of its own each time: within one, the view never changes.
        engine = self.database.engine.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            while not connection.scalar(blocked):
                assert time.monotonic() < deadline, "nobody waits for a lock"
                time.sleep(0.01)

    def age(self, seconds: float) -> None:
        """Let every lease and every time to ask again run down by `seconds`."""
        with self.database.begin() as session:
            for table, columns in {
                "documents": ("lease_until", "redrive_at", "deleted_at"),
                "pages": ("lease_until",),
                "sheaves": ("redrive_at",),
            }.items():
                moved = ", ".join(f"{c} = {c} - make_interval(secs => :s)" for c in columns)
                session.execute(text(f"UPDATE {table} SET {moved}"), {"s": seconds})


@pytest.fixture
def way(database: Database, plan: Plan) -> Way:
    return Way(database, plan)


@pytest.fixture
def reading() -> pages.Reading:
    return READING
