"""Record what a task moved, each move in the trace of its own document."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from octavo.telemetry import tracing
from outbox.record import record
from store import queries
from store.moves import Move


def record_each(session: Session, moves: Sequence[Move], own: UUID | None = None) -> None:
    """Record moves of `own`, the task's document, in this trace, others in that of their upload.

    Room that one document leaves is filled by another: its pages must not appear in the trace of
    the one that left.
    """
    others = {move.document_id for move in moves if move.document_id != own}
    traces = queries.traces(session, others) if others else {}
    for move in moves:
        trace = tracing.carry() if move.document_id == own else traces.get(move.document_id, {})
        record(session, [move], trace)
