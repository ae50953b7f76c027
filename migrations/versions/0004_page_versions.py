"""Versions: a page read again keeps the text it had."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "pages", sa.Column("version", sa.SmallInteger(), server_default="1", nullable=False)
    )
    op.add_column("pages", sa.Column("options", postgresql.JSONB(), nullable=True))
    op.add_column("pages", sa.Column("keeps", sa.SmallInteger(), nullable=True))
    op.add_column(
        "page_texts", sa.Column("version", sa.SmallInteger(), server_default="1", nullable=False)
    )
    op.create_table(
        "page_versions",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("clean", sa.Text(), nullable=True),
        sa.Column("words", postgresql.JSONB(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("dpi", sa.Double(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("flags", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("blocks", postgresql.JSONB(), nullable=False),
        sa.Column("turn", sa.SmallInteger(), nullable=False),
        sa.Column("image_key", sa.Text(), nullable=True),
        sa.Column(
            "written_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["document_id", "number"],
            ["pages.document_id", "pages.number"],
            name="fk_page_versions_pages",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", "number", "version", name="pk_page_versions"),
    )


def downgrade() -> None:
    """Versions that are not current are forgotten; a page being read again is read as it was."""
    op.drop_table("page_versions")
    op.drop_column("page_texts", "version")
    op.drop_column("pages", "keeps")
    op.drop_column("pages", "options")
    op.drop_column("pages", "version")
