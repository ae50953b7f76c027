"""Layout: the blocks of a page, and how its text is turned."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "page_texts",
        sa.Column("blocks", postgresql.JSONB(), server_default="[]", nullable=False),
    )
    op.add_column(
        "page_texts", sa.Column("turn", sa.SmallInteger(), server_default="0", nullable=False)
    )
    op.alter_column("page_texts", "blocks", server_default=None)
    op.alter_column("page_texts", "turn", server_default=None)


def downgrade() -> None:
    op.drop_column("page_texts", "turn")
    op.drop_column("page_texts", "blocks")
