"""Sheaves: which pages go to the broker next, chosen fairly across tenants and documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from store.clock import after, now
from store.models import Document, Sheaf
from store.moves import Move, SheafDispatched
from store.states import DocumentState, SheafState

# One dispatcher at a time: the choice depends on everything in flight. Any constant would do.
_DISPATCH_LOCK = 0x0C7A_7001


@dataclass(frozen=True, slots=True)
class Plan:
    """How much may be on its way at once."""

    sheaf_pages: int  # pages of one chord
    sheaves_in_flight: int  # chords of one document
    pages_in_flight: int  # pages over all documents
    lease_seconds: float  # when the sweeper first asks after a sheaf


def fold(numbers: Sequence[int], size: int) -> list[list[int]]:
    """Page numbers in sheaves of at most `size`, in order."""
    return [list(numbers[start : start + size]) for start in range(0, len(numbers), size)]


def add(
    session: Session,
    document_id: UUID,
    tenant: str,
    generation: int,
    bundles: Sequence[Sequence[int]],
) -> None:
    """Keep the sheaves of one generation, all waiting."""
    session.execute(
        insert(Sheaf),
        [
            {
                "document_id": document_id,
                "generation": generation,
                "number": index,
                "tenant": tenant,
                "pages": list(bundle),
                "pages_left": len(bundle),
            }
            for index, bundle in enumerate(bundles)
        ],
    )


def dispatch(session: Session, plan: Plan) -> list[Move]:
    """waiting -> dispatched, as long as there is room.

    The next sheaf is the one whose document has fewest on their way, then whose tenant has
    fewest pages on their way, then whose document waited longest: a letter overtakes a book.
    """
    session.execute(select(func.pg_advisory_xact_lock(_DISPATCH_LOCK)))
    in_flight: Counter[UUID] = Counter()
    pages_of: Counter[str] = Counter()
    for document_id, tenant, pages_left in session.execute(
        select(Sheaf.document_id, Sheaf.tenant, Sheaf.pages_left).where(
            Sheaf.state == SheafState.DISPATCHED
        )
    ):
        in_flight[document_id] += 1
        pages_of[tenant] += pages_left
    waiting = _waiting(session, plan.sheaves_in_flight)
    moves: list[Move] = []
    while waiting and pages_of.total() < plan.pages_in_flight:
        chosen = min(
            (sheaf for sheaf in waiting if in_flight[sheaf.document_id] < plan.sheaves_in_flight),
            key=lambda sheaf: (
                in_flight[sheaf.document_id],
                pages_of[sheaf.tenant],
                waiting.index(sheaf),
            ),
            default=None,
        )
        if chosen is None:
            break
        waiting.remove(chosen)
        in_flight[chosen.document_id] += 1
        pages_of[chosen.tenant] += len(chosen.pages)
        moves += send(session, chosen, chosen.pages, plan.lease_seconds)
    return moves


def send(
    session: Session, sheaf: Sheaf, pages: Sequence[int], redrive_seconds: float
) -> list[Move]:
    """Mark a sheaf as handed to the broker (again), to be asked after in `redrive_seconds`.

    Nothing moves when the sheaf was closed meanwhile, by a cancel or by its last page.
    """
    drive = sheaf.drives + 1
    sent = session.scalar(
        update(Sheaf)
        .where(
            Sheaf.document_id == sheaf.document_id,
            Sheaf.generation == sheaf.generation,
            Sheaf.number == sheaf.number,
            Sheaf.state != SheafState.DONE,
        )
        .values(
            state=SheafState.DISPATCHED,
            drives=drive,
            dispatched_at=now,
            redrive_at=after(redrive_seconds),
        )
        .returning(Sheaf.drives)
        .execution_options(synchronize_session=False)
    )
    if sent is None:
        return []
    return [
        SheafDispatched(
            sheaf.document_id, sheaf.tenant, sheaf.generation, sheaf.number, drive, tuple(pages)
        )
    ]


def _waiting(session: Session, most_per_document: int) -> list[Sheaf]:
    """The first waiting sheaves of each running document, the one served longest ago first."""
    rank = (
        func.row_number().over(partition_by=Sheaf.document_id, order_by=Sheaf.number).label("rank")
    )
    ranked = (
        select(Sheaf.document_id, Sheaf.generation, Sheaf.number, rank)
        .where(Sheaf.state == SheafState.WAITING)
        .subquery()
    )
    served = (
        select(Sheaf.document_id, func.max(Sheaf.dispatched_at).label("at"))
        .group_by(Sheaf.document_id)
        .subquery()
    )
    return list(
        session.scalars(
            select(Sheaf)
            .join(
                ranked,
                (ranked.c.document_id == Sheaf.document_id)
                & (ranked.c.generation == Sheaf.generation)
                & (ranked.c.number == Sheaf.number),
            )
            .join(Document, Document.id == Sheaf.document_id)
            .join(served, served.c.document_id == Sheaf.document_id)
            .where(
                text("rank <= :most").bindparams(most=most_per_document),
                Document.state == DocumentState.PROCESSING,
                Document.generation == Sheaf.generation,
            )
            .order_by(served.c.at.nulls_first(), Document.queued_at, Sheaf.number)
            .limit(1000)
        )
    )
