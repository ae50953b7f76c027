"""Cleanup by a model: what it did to a page, its ledger, its providers, its kept answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TEXTS = ("page_texts", "page_versions")
_NOW = sa.text("clock_timestamp()")


def upgrade() -> None:
    for table in _TEXTS:
        op.add_column(table, sa.Column("clean_words", postgresql.JSONB(), nullable=True))
        op.add_column(table, sa.Column("cleanup", postgresql.JSONB(), nullable=True))
    op.create_table(
        "llm_calls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("trial", sa.Boolean(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("prompt_version", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("held_nanos", sa.BigInteger(), nullable=False),
        sa.Column("cost_nanos", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("tokens_in", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tokens_out", sa.Integer(), server_default="0", nullable=False),
        sa.Column("estimated", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'settled', 'abandoned')", name=op.f("ck_llm_calls_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_llm_calls")),
    )
    op.create_index("ix_llm_calls_document_id_page", "llm_calls", ["document_id", "page"])
    op.create_index("ix_llm_calls_tenant_period", "llm_calls", ["tenant", "period"])
    op.create_index(
        "ix_llm_calls_open",
        "llm_calls",
        ["provider", "expires_at"],
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "llm_accounts",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("held_nanos", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("spent_nanos", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("tokens_in", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("tokens_out", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("calls", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("held_nanos >= 0", name=op.f("ck_llm_accounts_held")),
        sa.PrimaryKeyConstraint("tenant", "holder", name=op.f("pk_llm_accounts")),
    )
    op.create_table(
        "llm_providers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_llm_providers")),
    )
    op.create_table(
        "llm_answers",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_llm_answers_documents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant", "key", name=op.f("pk_llm_answers")),
    )
    op.create_index("ix_llm_answers_expires_at", "llm_answers", ["expires_at"])
    op.create_index("ix_llm_answers_document_id", "llm_answers", ["document_id"])


def downgrade() -> None:
    for table in ("llm_answers", "llm_providers", "llm_accounts", "llm_calls"):
        op.drop_table(table)
    for table in _TEXTS:
        op.drop_column(table, "cleanup")
        op.drop_column(table, "clean_words")
