"""Answers of models kept for the same question: a tenant's own, for a time."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from store.clock import after, asked_at
from store.models import Document
from store.spending import LlmAnswer


def find(session: Session, tenant: str, key: str) -> str | None:
    """The answer kept under `key`, if it is not too old."""
    return session.scalar(
        select(LlmAnswer.answer).where(
            LlmAnswer.tenant == tenant, LlmAnswer.key == key, LlmAnswer.expires_at > asked_at
        )
    )


def keep(
    session: Session, tenant: str, key: str, document_id: UUID, answer: str, *, seconds: float
) -> None:
    """Keep an answer for `seconds`, or until its document is removed."""
    there = select(Document.id).where(Document.id == document_id)
    if session.scalar(there.with_for_update(read=True, key_share=True)) is None:
        return
    values = {"document_id": document_id, "answer": answer, "expires_at": after(seconds)}
    session.execute(
        insert(LlmAnswer)
        .values(tenant=tenant, key=key, **values)
        .on_conflict_do_update(index_elements=["tenant", "key"], set_=values)
    )


def forget(session: Session) -> int:
    """Remove what is too old; how many."""
    gone = session.scalars(
        delete(LlmAnswer).where(LlmAnswer.expires_at < asked_at).returning(LlmAnswer.key)
    ).all()
    return len(gone)
