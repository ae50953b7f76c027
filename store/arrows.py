"""The one way a document changes its state: compare-and-set along an arrow that exists."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from store.clock import now
from store.models import Document
from store.states import DOCUMENT_ARROWS, DocumentState, Stage


class IllegalMove(Exception):
    """The document's state has no such arrow; carries the state it is in."""

    def __init__(self, state: DocumentState, wanted: str) -> None:
        super().__init__(f"a document that is {state} cannot be {wanted}")
        self.state = state
        self.wanted = wanted


def move(
    session: Session,
    document: Document,
    state: DocumentState,
    wanted: str,
    *,
    only_from: Collection[DocumentState] | None = None,
    **values: Any,
) -> None:
    """Compare-and-set on state and generation; raises IllegalMove with the state found instead."""
    origins = {before for before, to in DOCUMENT_ARROWS if to is state}
    if only_from is not None:
        origins &= set(only_from)
    moved = session.scalars(
        update(Document)
        .where(
            Document.id == document.id,
            Document.state.in_(origins),
            Document.generation == document.generation,
        )
        .values(state=state, **values)
        .returning(Document)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if moved is None:
        session.refresh(document)
        raise IllegalMove(document.state, wanted)


def fresh(document: Document, stage: Stage) -> dict[str, Any]:
    """Values of the document's next generation, which begins at `stage`."""
    return {
        "stage": stage,
        "generation": document.generation + 1,
        "attempt": 0,
        "drives": 0,
        "lease_until": None,
        "redrive_at": None,
        "reason": None,
        "detail": None,
        "queued_at": now,
        "finished_at": None,
    }
