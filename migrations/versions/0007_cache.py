"""Keys under which the text of a page is found for pages that are the same."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEYS = ("source_key", "raster_key")


def upgrade() -> None:
    for key in KEYS:
        for table in ("page_texts", "page_versions"):
            op.add_column(table, sa.Column(key, sa.LargeBinary(), nullable=True))
        op.create_index(
            f"ix_page_texts_{key}",
            "page_texts",
            [key],
            postgresql_where=sa.text(f"{key} IS NOT NULL"),
        )
    op.create_index(
        "ix_page_texts_kept",
        "page_texts",
        ["written_at"],
        postgresql_where=sa.text("source_key IS NOT NULL OR raster_key IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_page_texts_kept", "page_texts")
    for key in KEYS:
        op.drop_index(f"ix_page_texts_{key}", "page_texts")
        for table in ("page_texts", "page_versions"):
            op.drop_column(table, key)
