"""Sheaves: which pages go to the broker next, chosen fairly across tenants and documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from sqlalchemy import case, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from octavo.settings import Settings
from store.clock import after, now
from store.models import Document, Page, Sheaf
from store.moves import Move, SheafDispatched
from store.states import DocumentState, PageState, SheafState, Stage

# One dispatcher at a time: the choice depends on everything in flight. Any constant would do.
_DISPATCH_LOCK = 0x0C7A_7001
_OFF = "off"  # pipelines.cleanup.values.Mode


@dataclass(frozen=True, slots=True)
class Plan:
    """How much may be on its way at once."""

    sheaf_pages: int  # pages of one chord
    bulk_pages: int  # pages of one task, where pages are cheap
    sheaves_in_flight: int  # chords of one document
    pages_in_flight: int  # pages over all documents
    lease_seconds: float  # when the sweeper first asks after a sheaf

    @classmethod
    def of(cls, settings: Settings) -> Plan:
        """The plan of this deployment."""
        return cls(
            sheaf_pages=settings.sheaf_pages,
            bulk_pages=settings.bulk_pages,
            sheaves_in_flight=settings.sheaves_in_flight,
            pages_in_flight=settings.pages_in_flight,
            lease_seconds=settings.lease_seconds,
        )


@dataclass(frozen=True, slots=True)
class Bundle:
    """Pages that become a sheaf."""

    pages: list[int]
    bulk: bool = False


def fold(pages: Sequence[tuple[int, bool]], plan: Plan) -> list[Bundle]:
    """(number, cheap) of pages in sheaves of one kind each, in order.

    The first is small whatever its kind: its text is there before the rest is read.
    """
    bundles: list[Bundle] = []
    for bulk, run in groupby(pages, key=itemgetter(1)):
        numbers = [number for number, _ in run]
        while numbers:
            size = plan.bulk_pages if bulk and bundles else plan.sheaf_pages
            bundles.append(Bundle(numbers[:size], bulk))
            del numbers[:size]
    return bundles


def add(
    session: Session,
    document_id: UUID,
    tenant: str,
    generation: int,
    bundles: Sequence[Bundle],
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
                "pages": bundle.pages,
                "pages_left": len(bundle.pages),
                "bulk": bundle.bulk,
            }
            for index, bundle in enumerate(bundles)
        ],
    )


def dispatch(session: Session, plan: Plan) -> list[Move]:
    """waiting -> dispatched, as long as there is room.

    The next sheaf is the one whose document has fewest on their way, then whose tenant has
    fewest pages on their way, then whose document waited longest: a letter overtakes a book.
    Cheap pages that one task reads count as one page.
    """
    session.execute(select(func.pg_advisory_xact_lock(_DISPATCH_LOCK)))
    in_flight: Counter[UUID] = Counter()
    pages_of: Counter[str] = Counter()
    for document_id, tenant, weight in session.execute(
        select(
            Sheaf.document_id, Sheaf.tenant, case((Sheaf.bulk, 1), else_=Sheaf.pages_left)
        ).where(Sheaf.state == SheafState.DISPATCHED)
    ):
        in_flight[document_id] += 1
        pages_of[tenant] += weight
    if pages_of.total() >= plan.pages_in_flight:
        return []
    waiting = _waiting(session, plan)

    def rank(place: int) -> tuple[int, int, int]:
        sheaf = waiting[place]
        return in_flight[sheaf.document_id], pages_of[sheaf.tenant], place

    # Ranks only grow while sheaves are chosen, so one that has grown since it was queued is
    # queued again, and the first that has not is the smallest of all.
    queue = [(rank(place), place) for place in range(len(waiting))]
    heapify(queue)
    moves: list[Move] = []
    while queue and pages_of.total() < plan.pages_in_flight:
        known, place = heappop(queue)
        chosen = waiting[place]
        if in_flight[chosen.document_id] >= plan.sheaves_in_flight:
            continue
        if rank(place) > known:
            heappush(queue, (rank(place), place))
            continue
        in_flight[chosen.document_id] += 1
        pages_of[chosen.tenant] += 1 if chosen.bulk else len(chosen.pages)
        moves += send(session, chosen, chosen.pages, plan.lease_seconds, bulk=chosen.bulk)
    return moves


def send(
    session: Session,
    sheaf: Sheaf,
    pages: Sequence[int],
    redrive_seconds: float,
    *,
    bulk: bool = False,
) -> list[Move]:
    """Mark a sheaf as handed to the broker (again), to be asked after in `redrive_seconds`.

    `bulk`: all of these pages by one task, as long as none was tried: a page that ended its worker
    would take the others with it again.
    Nothing moves when the sheaf was closed or sent by somebody else meanwhile.
    """
    drive = sheaf.drives + 1
    sent = session.scalar(
        update(Sheaf)
        .where(
            Sheaf.document_id == sheaf.document_id,
            Sheaf.generation == sheaf.generation,
            Sheaf.number == sheaf.number,
            Sheaf.state != SheafState.DONE,
            Sheaf.drives == sheaf.drives,
        )
        .values(
            state=SheafState.DISPATCHED,
            bulk=bulk,
            drives=drive,
            dispatched_at=now,
            redrive_at=after(redrive_seconds),
        )
        .returning(Sheaf.drives)
        .execution_options(synchronize_session=False)
    )
    if sent is None:
        return []
    session.execute(
        update(Document)
        .where(Document.id == sheaf.document_id)
        .values(served_at=now)
        .execution_options(synchronize_session=False)
    )
    return [
        SheafDispatched(
            sheaf.document_id,
            sheaf.tenant,
            sheaf.generation,
            sheaf.number,
            drive,
            tuple(pages),
            bulk,
            not bulk and _to_clean(session, sheaf.document_id, pages),
        )
    ]


def _to_clean(session: Session, document_id: UUID, pages: Sequence[int]) -> bool:
    """Whether a model may be asked about one of these pages, or one was read and not cleaned."""
    mode = func.coalesce(Page.options["cleanup"].astext, Document.options["cleanup"].astext)
    wanted = select(Page.number).where(
        Page.document_id == document_id,
        Page.number.in_(pages),
        Document.id == Page.document_id,
        or_(Page.state == PageState.RECOGNIZED, func.coalesce(mode, _OFF) != _OFF),
    )
    return bool(session.scalar(select(wanted.exists())))


def _waiting(session: Session, plan: Plan) -> list[Sheaf]:
    """The first waiting sheaves of each running document, the document served longest ago first.

    Of each tenant no more documents are looked at than could fill all the room there is, so one
    with thousands of documents hides nobody else's.
    """
    turn = func.row_number().over(
        partition_by=Document.tenant,
        order_by=(Document.served_at.nulls_first(), Document.queued_at),
    )
    waits = select(Sheaf.number).where(
        Sheaf.document_id == Document.id,
        Sheaf.generation == Document.generation,
        Sheaf.state == SheafState.WAITING,
    )
    running = (
        select(
            Document.id,
            Document.generation,
            Document.served_at,
            Document.queued_at,
            turn.label("turn"),
        )
        .where(
            Document.state == DocumentState.PROCESSING,
            Document.stage == Stage.PAGES,
            waits.exists(),
        )
        .subquery()
    )
    first = (
        select(Sheaf)
        .where(
            Sheaf.document_id == running.c.id,
            Sheaf.generation == running.c.generation,
            Sheaf.state == SheafState.WAITING,
        )
        .order_by(Sheaf.number)
        .limit(plan.sheaves_in_flight)
        .lateral()
    )
    next_sheaf = aliased(Sheaf, first)
    return list(
        session.scalars(
            select(next_sheaf)
            .select_from(running)
            .join(first, true())
            .where(running.c.turn <= plan.pages_in_flight)
            .order_by(running.c.served_at.nulls_first(), running.c.queued_at, next_sheaf.number)
        )
    )
