"""The tables of spending: calls to language models, accounts, providers, kept answers."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from store.mapping import Base

NANOS = 1_000_000_000  # of one unit of the currency that prices are given in


class CallState(StrEnum):
    """Where a call stands."""

    OPEN = "open"  # its worst cost is held; it may be on its way
    SETTLED = "settled"  # booked at what it cost
    ABANDONED = "abandoned"  # nobody came back to settle it: booked at its worst cost


class LlmCall(Base):
    """One call to a model; it holds no text, and outlives its document."""

    __tablename__ = "llm_calls"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    tenant: Mapped[str]
    document_id: Mapped[UUID]  # no foreign key: money spent stays spent
    page: Mapped[int]
    trial: Mapped[bool]  # asked for by a person who looks; does not count as a send of the page
    period: Mapped[str]  # month it is booked to, "2026-11", UTC
    provider: Mapped[str]
    model: Mapped[str]
    mode: Mapped[str]
    prompt_version: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="open")
    outcome: Mapped[str | None]  # what came of it; None while it is open
    held_nanos: Mapped[int] = mapped_column(BigInteger)  # the most it may cost
    cost_nanos: Mapped[int] = mapped_column(BigInteger, server_default="0")
    tokens_in: Mapped[int] = mapped_column(Integer, server_default="0")
    tokens_out: Mapped[int] = mapped_column(Integer, server_default="0")
    estimated: Mapped[bool] = mapped_column(server_default=text("false"))  # usage was not told
    seconds: Mapped[float | None] = mapped_column(Float)
    started_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    expires_at: Mapped[datetime]  # whoever made it has given up by then

    __table_args__ = (
        CheckConstraint("state IN ('open', 'settled', 'abandoned')", name="state"),
        Index("ix_llm_calls_document_id_page", "document_id", "page"),
        Index("ix_llm_calls_tenant_period", "tenant", "period"),
        Index(
            "ix_llm_calls_open",
            "provider",
            "expires_at",
            postgresql_where=text("state = 'open'"),
        ),
    )


class LlmAccount(Base):
    """What a tenant spent in a month, or a document ever; its row is the lock on its budget."""

    __tablename__ = "llm_accounts"

    tenant: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(primary_key=True)  # a month, or a document's id
    held_nanos: Mapped[int] = mapped_column(BigInteger, server_default="0")
    spent_nanos: Mapped[int] = mapped_column(BigInteger, server_default="0")
    tokens_in: Mapped[int] = mapped_column(BigInteger, server_default="0")
    tokens_out: Mapped[int] = mapped_column(BigInteger, server_default="0")
    calls: Mapped[int] = mapped_column(Integer, server_default="0")  # settled and abandoned

    __table_args__ = (CheckConstraint("held_nanos >= 0", name="held"),)


class LlmProvider(Base):
    """What all workers know of a provider: its token bucket, its pauses, its circuit breaker."""

    __tablename__ = "llm_providers"

    name: Mapped[str] = mapped_column(primary_key=True)
    tokens: Mapped[float] = mapped_column(Float)  # requests that may be sent at once
    filled_at: Mapped[datetime]
    paused_until: Mapped[datetime | None]  # it asked for a pause (429, Retry-After)
    failures: Mapped[int] = mapped_column(SmallInteger, server_default="0")  # one after the other
    open_until: Mapped[datetime | None]  # the breaker is open: nothing is sent


class LlmAnswer(Base):
    """An answer that was accepted, for the same question; goes with the document that asked."""

    __tablename__ = "llm_answers"

    tenant: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)  # SHA-256, hex; see `llm.prompting`
    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    answer: Mapped[str]
    expires_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_llm_answers_expires_at", "expires_at"),
        Index("ix_llm_answers_document_id", "document_id"),
    )
