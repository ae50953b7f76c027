"""Write what moved as events, in the transaction that moved it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from outbox import doorbell
from outbox.events import event_of
from store import outbox_rows
from store.moves import Move


def record(session: Session, moves: Sequence[Move], trace: Mapping[str, str]) -> None:
    """Keep one outbox row a move; the relays are woken once the transaction has committed.

    `trace` is the W3C context (`octavo.tracing.carry()`) that the work is to continue.
    """
    rows = []
    for move in moves:
        event = event_of(move)
        rows.append(
            outbox_rows.NewRow(
                topic=event.topic,
                version=event.version,
                key=event.key,
                payload=event.model_dump(mode="json"),
                trace=dict(trace),
            )
        )
    if rows:
        outbox_rows.add(session, rows)
        doorbell.ring_after_commit(session)
