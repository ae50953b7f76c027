"""Alembic revisions, each with its way back."""
