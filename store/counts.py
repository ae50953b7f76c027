"""How many of what, for gauges: only what is open is counted, so an old archive costs nothing."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.models import Document, Page
from store.states import DocumentState, PageState

_OPEN = (DocumentState.AWAITING_UPLOAD, DocumentState.QUEUED, DocumentState.PROCESSING)


def open_documents(session: Session) -> Mapping[str, int]:
    """Documents that have not ended, by state; states without any are there with 0."""
    found = session.execute(
        select(Document.state, func.count())
        .where(Document.state.in_(_OPEN))
        .group_by(Document.state)
    )
    return {str(state): 0 for state in _OPEN} | {str(state): int(count) for state, count in found}


def open_pages(session: Session) -> Mapping[str, int]:
    """Pages of documents that are being read, by state; states without any are there with 0.

    Every page of these documents is visited, and of no other: their ids come from the index of
    open documents, their pages from the primary key.
    """
    found = session.execute(
        select(Page.state, func.count())
        .join(Document, Document.id == Page.document_id)
        .where(Document.state == DocumentState.PROCESSING)
        .group_by(Page.state)
    )
    return {str(state): 0 for state in PageState} | {
        str(state): int(count) for state, count in found
    }
