"""One ``Idempotency-Key``, one document: the primary key makes the second request wait."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

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
