"""How a document ends, once a generation, and who is told."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from store.arrows import move
from store.clock import now
from store.models import Document, Ending, Sheaf
from store.moves import Ended, Move
from store.states import DocumentState, SheafState, Stage

CHANNEL = "octavo_documents"  # NOTIFY payload: the id of a document that has ended


def end(session: Session, document: Document, state: DocumentState) -> list[Move]:
    """Into a terminal state, with the one event that tells of it. Raises IllegalMove."""
    move(session, document, state, str(state), stage=Stage.ENDED, finished_at=now, lease_until=None)
    close_sheaves(session, document.id)
    return [told(session, document, state)]


def told(session: Session, document: Document, state: DocumentState) -> Move:
    """The one terminal event of this generation; a second is refused by its key."""
    session.add(Ending(document_id=document.id, generation=document.generation, state=state))
    session.flush()
    return Ended(document.id, document.tenant, document.generation, state)


def close_sheaves(session: Session, document_id: UUID) -> None:
    """No sheaf of a document that has ended is sent any more."""
    session.execute(
        update(Sheaf)
        .where(Sheaf.document_id == document_id, Sheaf.state != SheafState.DONE)
        .values(state=SheafState.DONE)
        .execution_options(synchronize_session=False)
    )


def announce(session: Session, document_id: UUID) -> DocumentState | None:
    """Wake whoever listens on `CHANNEL` for this document; the state it is in, None when gone.

    The NOTIFY takes the lock over the whole database that `outbox.doorbell` keeps away from
    uploads and pages. Here it may: the transaction does nothing else, nobody waits for it, and
    there is one for each document that ends.
    """
    session.execute(select(func.pg_notify(CHANNEL, str(document_id))))
    return session.scalar(select(Document.state).where(Document.id == document_id))
