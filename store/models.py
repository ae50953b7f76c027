"""The tables; each column says what it means where the name does not."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Sequence,
    SmallInteger,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from store.mapping import Base, one_of
from store.states import DocumentState, PageState, SheafState, Stage


class ApiKey(Base):
    """A bearer key; only its digest is kept."""

    __tablename__ = "api_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    tenant: Mapped[str]
    name: Mapped[str]
    prefix: Mapped[str] = mapped_column(unique=True)  # shown to people, finds the row
    digest: Mapped[str]  # SHA-256 of the whole key, hex
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Document(Base):
    """One upload on its way to text."""

    __tablename__ = "documents"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant: Mapped[str]
    state: Mapped[DocumentState]
    stage: Mapped[Stage] = mapped_column(default=Stage.SPLIT)
    generation: Mapped[int] = mapped_column(default=1)  # one more at every retry
    filename: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str | None]  # hex; None until the object is confirmed
    object_key: Mapped[str]
    options: Mapped[dict[str, Any]]
    page_count: Mapped[int | None]  # pages asked for; None until split
    pages_done: Mapped[int] = mapped_column(default=0)
    pages_failed: Mapped[int] = mapped_column(default=0)
    summary: Mapped[dict[str, Any] | None]  # pipelines.summary.Summary, once ended
    reason: Mapped[str | None]  # reason code when the file as a whole was refused
    detail: Mapped[str | None]  # the same in words
    attempt: Mapped[int] = mapped_column(SmallInteger, default=0)  # claims of the current stage
    drives: Mapped[int] = mapped_column(SmallInteger, default=0)  # times the sweeper asked again
    fence: Mapped[int] = mapped_column(BigInteger, default=0)  # grows by one at every claim
    lease_until: Mapped[datetime | None]  # of the claim; database clock
    redrive_at: Mapped[datetime | None]  # when the sweeper asks after it
    trace: Mapped[dict[str, Any]] = mapped_column(default=dict)  # W3C trace context of the upload
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    queued_at: Mapped[datetime | None]
    served_at: Mapped[datetime | None]  # when pages of it were last sent to the broker
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("state", DocumentState), name="state"),
        CheckConstraint(one_of("stage", Stage), name="stage"),
        CheckConstraint("pages_done + pages_failed <= page_count", name="pages"),
        Index(
            "ix_documents_tenant_created_at_id",
            "tenant",
            text("created_at DESC"),
            text("id DESC"),
        ),
        Index(
            "ix_documents_open",
            "redrive_at",
            postgresql_where=text("state IN ('awaiting_upload', 'queued', 'processing')"),
        ),
        Index("ix_documents_deleted", "deleted_at", postgresql_where=text("state = 'deleted'")),
    )


class Page(Base):
    """One page of a document: where it stands, and who may write it."""

    __tablename__ = "pages"

    document_id: Mapped[UUID] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)  # 1-based, as in the file
    generation: Mapped[int]
    sheaf: Mapped[int]
    state: Mapped[PageState] = mapped_column(default=PageState.PENDING)
    attempt: Mapped[int] = mapped_column(SmallInteger, default=0)  # claims of the current step
    fence: Mapped[int] = mapped_column(BigInteger, default=0)
    lease_until: Mapped[datetime | None]
    source: Mapped[dict[str, Any]]  # pipelines.values.PageInfo
    version: Mapped[int] = mapped_column(
        SmallInteger, server_default=text("1")
    )  # of the reading asked for last
    options: Mapped[dict[str, Any] | None]  # its options, where they are not the document's
    keeps: Mapped[int | None] = mapped_column(SmallInteger)  # version that stays if this one fails
    reason: Mapped[str | None]  # why it has no text, or why its last reading changed nothing
    detail: Mapped[str | None]
    retryable: Mapped[bool | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("state", PageState), name="state"),
        Index(
            "ix_pages_leased",
            "document_id",
            "sheaf",
            "lease_until",
            postgresql_where=text("lease_until IS NOT NULL"),
        ),
        Index(
            "ix_pages_unfinished",
            "document_id",
            "generation",
            "sheaf",
            postgresql_where=text("state NOT IN ('done', 'failed')"),
        ),
    )


class Read:
    """What a reading of a page found; columns of the current one and of those kept beside it."""

    raw: Mapped[str]
    clean: Mapped[str | None]
    words: Mapped[list[dict[str, Any]]]  # pipelines.values.Word, in reading order
    # The same of the clean text where a model's was taken; None: the words as they were read.
    clean_words: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    # What a model did to the text, see `llm.values.Cleanup.report`; None: none was asked for.
    cleanup: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    confidence: Mapped[float | None] = mapped_column(Float)  # 0 to 1
    width: Mapped[int]  # pixels of the raster the boxes refer to
    height: Mapped[int]
    dpi: Mapped[float]
    engine: Mapped[str]
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    flags: Mapped[list[str]] = mapped_column(ARRAY(Text))
    blocks: Mapped[list[dict[str, Any]]]  # pipelines.values.Block, in reading order
    turn: Mapped[int] = mapped_column(SmallInteger)  # degrees clockwise that set the text upright
    image_key: Mapped[str | None]  # of the picture that a model was to see; people's: store.layout
    # What other pages of the tenant's find this text by, see `pipelines.identity`; None: nothing.
    source_key: Mapped[bytes | None]
    raster_key: Mapped[bytes | None]
    written_at: Mapped[datetime] = mapped_column(server_default=func.now())


class PageText(Read, Base):
    """What was read on a page, as it counts now; written under the page's fence."""

    __tablename__ = "page_texts"

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    fence: Mapped[int] = mapped_column(BigInteger)  # the claim that wrote it

    __table_args__ = (
        ForeignKeyConstraint(
            ["document_id", "number"], ["pages.document_id", "pages.number"], ondelete="CASCADE"
        ),
        Index(
            "ix_page_texts_source_key",
            "source_key",
            postgresql_where=text("source_key IS NOT NULL"),
        ),
        Index(
            "ix_page_texts_raster_key",
            "raster_key",
            postgresql_where=text("raster_key IS NOT NULL"),
        ),
        Index(
            "ix_page_texts_kept",
            "written_at",
            postgresql_where=text("source_key IS NOT NULL OR raster_key IS NOT NULL"),
        ),
    )


class PageVersion(Read, Base):
    """What another reading of a page found; it is current no more, or not now."""

    __tablename__ = "page_versions"

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(SmallInteger, primary_key=True)

    __table_args__ = (
        ForeignKeyConstraint(
            ["document_id", "number"], ["pages.document_id", "pages.number"], ondelete="CASCADE"
        ),
    )


class Sheaf(Base):
    """A bounded batch of pages that goes to the broker as one chord, or in one message."""

    __tablename__ = "sheaves"

    document_id: Mapped[UUID] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True
    )
    generation: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # 0-based, in page order
    tenant: Mapped[str]
    state: Mapped[SheafState] = mapped_column(default=SheafState.WAITING)
    pages: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    pages_left: Mapped[int]
    # Its pages are read by one task. The default serves workers of the version before.
    bulk: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    drives: Mapped[int] = mapped_column(SmallInteger, default=0)  # times handed to the broker
    dispatched_at: Mapped[datetime | None]
    redrive_at: Mapped[datetime | None]  # when the sweeper asks after it

    __table_args__ = (
        CheckConstraint(one_of("state", SheafState), name="state"),
        CheckConstraint("pages_left >= 0", name="pages_left"),
        Index(
            "ix_sheaves_waiting",
            "document_id",
            "generation",
            "number",
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_sheaves_dispatched",
            "redrive_at",
            postgresql_where=text("state = 'dispatched'"),
        ),
    )


class Ending(Base):
    """The one terminal event of a document's generation."""

    __tablename__ = "endings"

    document_id: Mapped[UUID] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True
    )
    generation: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[DocumentState]
    ended_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Idempotency(Base):
    """An ``Idempotency-Key`` already used, and for what; remembered when that is deleted."""

    __tablename__ = "idempotency_keys"

    tenant: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]  # SHA-256 of what was asked
    document_id: Mapped[UUID]  # no foreign key: the key outlives the document
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index("ix_idempotency_keys_created_at", "created_at"),)


class Canary(Base):
    """A queue's last sign of life."""

    __tablename__ = "canaries"

    queue: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(server_default=func.now())  # when first expected
    done_at: Mapped[datetime | None]  # when a task of it last ended; None: none ever


class OutboxRow(Base):
    """An event on its way to the broker; a partition a day, see `store.partitions`."""

    __tablename__ = "outbox"

    created_at: Mapped[datetime] = mapped_column(primary_key=True, server_default=func.now())
    id: Mapped[int] = mapped_column(
        BigInteger, Sequence("outbox_id_seq", metadata=Base.metadata), primary_key=True
    )
    topic: Mapped[str]  # e.g. "document.uploaded"
    version: Mapped[int] = mapped_column(SmallInteger)
    key: Mapped[str]  # derived from what the event tells of, for people and subscribers
    payload: Mapped[dict[str, Any]]
    trace: Mapped[dict[str, Any]] = mapped_column(default=dict)
    published_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_error: Mapped[str | None]
    dead_at: Mapped[datetime | None]  # given up; `octavo outbox retry` takes it up again

    __table_args__ = (
        Index(
            "ix_outbox_unpublished",
            "next_attempt_at",
            "id",
            postgresql_where=text("published_at IS NULL AND dead_at IS NULL"),
        ),
        Index("ix_outbox_dead", "id", postgresql_where=text("dead_at IS NOT NULL")),
        {"postgresql_partition_by": "RANGE (created_at)"},
    )
