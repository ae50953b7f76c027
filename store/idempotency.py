"""One ``Idempotency-Key``, one document, for some days; a second request waits for the first."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from store.clock import after
from store.models import Idempotency


class KeyTaken(Exception):
    """The key was used before; roll back and look at what it made (`queries.idempotent`)."""


def claim(session: Session, *, tenant: str, key: str, fingerprint: str, document_id: UUID) -> None:
    """Tie a key to the document made in this transaction.

    Waits while another transaction holds the same key. Raises KeyTaken, or psycopg2's
    LockNotAvailable (inside SQLAlchemy's OperationalError) when that takes too long.
    """
    taken = session.execute(
        insert(Idempotency)
        .values(tenant=tenant, key=key, fingerprint=fingerprint, document_id=document_id)
        .on_conflict_do_nothing()
        .returning(Idempotency.key)
    ).one_or_none()
    if taken is None:
        raise KeyTaken


def forget(session: Session, older_than_seconds: float, limit: int) -> int:
    """Remove at most `limit` keys of that age; how many. Each may then make a new document."""
    old = (
        select(Idempotency.tenant, Idempotency.key)
        .where(Idempotency.created_at < after(-older_than_seconds))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    removed = session.execute(
        delete(Idempotency)
        .where(tuple_(Idempotency.tenant, Idempotency.key).in_(old))
        .returning(Idempotency.key)
        .execution_options(synchronize_session=False)
    ).all()
    return len(removed)
