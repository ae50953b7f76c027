"""The ledger: what a call may cost is held before it is made, what it did cost is booked after.

Locks are taken tenant's account, document's account, provider; never those of `store.pages` in the
same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from store import gates, usage
from store.clock import after, asked_at
from store.models import Document, Page
from store.spending import CallState, LlmAccount, LlmCall
from store.states import DocumentState

_BATCH = 200


class Refusal(StrEnum):
    """Why a call may not be made."""

    GONE = "gone"  # the claim was lost: cancelled, deleted, retried, or its lease is over
    SENDS = "sends_exhausted"  # this page was sent often enough
    BUDGET = "budget_exhausted"
    DOWN = "provider_down"
    BUSY = "provider_busy"  # may be asked again after `wait_seconds`


@dataclass(frozen=True, slots=True)
class Ask:
    """A call that somebody wants to make."""

    tenant: str
    document_id: UUID
    page: int
    fence: int | None  # of the claim that asks; None: a trial by a person
    provider: str
    model: str
    mode: str
    prompt_version: str
    worst_nanos: int
    seconds: float  # it is over by then, one way or another


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may be spent; None: no bound."""

    document_nanos: int | None
    tenant_nanos: int | None  # a calendar month, UTC
    sends: int  # of one page, ever


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing is held and nothing may be sent."""

    why: Refusal
    wait_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What a call came to; `estimated`: the provider did not say, so its worst case is booked."""

    nanos: int
    tokens_in: int
    tokens_out: int
    estimated: bool = False


def reserve(session: Session, ask: Ask, bounds: Bounds, gate: gates.Gate) -> UUID | Refused:
    """Hold the worst cost of a call and let it through its provider's gate; the call's id.

    The rows of both accounts are locked until the transaction ends, so any number of workers
    together never hold and spend more than a budget. Commit before the call is made.
    """
    period = usage.this_month(session)
    tenant = _account(session, ask.tenant, period)
    document = _account(session, ask.tenant, str(ask.document_id))
    # Under the locks: whoever waited for them may have been cancelled meanwhile.
    if ask.fence is not None and not _claimed(session, ask):
        return Refused(Refusal.GONE)
    if ask.fence is not None and _sends(session, ask) >= bounds.sends:
        return Refused(Refusal.SENDS)
    for account, most in ((tenant, bounds.tenant_nanos), (document, bounds.document_nanos)):
        if most is not None and account.spent_nanos + account.held_nanos + ask.worst_nanos > most:
            return Refused(Refusal.BUDGET)
    shut = gates.enter(session, gate)
    if shut is not None:
        return Refused(Refusal.DOWN if shut.down else Refusal.BUSY, shut.wait_seconds)
    for account in (tenant, document):
        account.held_nanos += ask.worst_nanos
    call = LlmCall(
        tenant=ask.tenant,
        document_id=ask.document_id,
        page=ask.page,
        trial=ask.fence is None,
        period=period,
        provider=ask.provider,
        model=ask.model,
        mode=ask.mode,
        prompt_version=ask.prompt_version,
        state=CallState.OPEN,
        held_nanos=ask.worst_nanos,
        expires_at=after(ask.seconds),
    )
    session.add(call)
    session.flush()
    return call.id


def settle(session: Session, call_id: UUID, outcome: str, cost: Cost, seconds: float) -> None:
    """Book what a call cost instead of what was held for it; a second time changes nothing."""
    call = session.get_one(LlmCall, call_id)
    accounts = _accounts_of(session, call)
    session.refresh(call, with_for_update=True)
    if call.state == CallState.SETTLED:
        return
    before = call.held_nanos if call.state == CallState.ABANDONED else 0
    for account in accounts:
        if call.state == CallState.OPEN:
            account.held_nanos -= call.held_nanos
            account.calls += 1
        account.spent_nanos += cost.nanos - before
        account.tokens_in += cost.tokens_in
        account.tokens_out += cost.tokens_out
    call.state, call.outcome, call.seconds = CallState.SETTLED, outcome, seconds
    call.cost_nanos, call.estimated = cost.nanos, cost.estimated
    call.tokens_in, call.tokens_out = cost.tokens_in, cost.tokens_out
    session.flush()


def abandon(session: Session) -> int:
    """Book open calls whose time is over at their worst: their worker died, the money may be gone.

    How many there were.
    """
    overdue = session.scalars(
        select(LlmCall.id)
        .where(LlmCall.state == CallState.OPEN, LlmCall.expires_at < asked_at)
        .order_by(LlmCall.tenant, LlmCall.document_id)
        .limit(_BATCH)
    ).all()
    for call_id in overdue:
        call = session.get_one(LlmCall, call_id)
        accounts = _accounts_of(session, call)
        session.refresh(call, with_for_update=True)
        if call.state != CallState.OPEN:
            continue
        for account in accounts:
            account.held_nanos -= call.held_nanos
            account.spent_nanos += call.held_nanos
            account.calls += 1
        call.state, call.outcome = CallState.ABANDONED, "abandoned"
        call.cost_nanos, call.estimated = call.held_nanos, True
        session.flush()
    return len(overdue)


def _account(session: Session, tenant: str, holder: str) -> LlmAccount:
    """The account's row, made when there is none, and locked."""
    session.execute(
        insert(LlmAccount).values(tenant=tenant, holder=holder).on_conflict_do_nothing()
    )
    return session.scalars(
        select(LlmAccount)
        .where(LlmAccount.tenant == tenant, LlmAccount.holder == holder)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _accounts_of(session: Session, call: LlmCall) -> tuple[LlmAccount, LlmAccount]:
    """Both accounts of a call, locked in the order of `reserve`."""
    tenant = _account(session, call.tenant, call.period)
    return tenant, _account(session, call.tenant, str(call.document_id))


def _claimed(session: Session, ask: Ask) -> bool:
    """Whether the page is still held under the fence, and its document still wanted."""
    held = select(Page.number).where(
        Page.document_id == ask.document_id,
        Page.number == ask.page,
        Page.fence == ask.fence,
        Page.lease_until.is_not(None),
        Document.id == Page.document_id,
        Document.state == DocumentState.PROCESSING,
        Document.generation == Page.generation,
    )
    return session.scalar(held) is not None


def _sends(session: Session, ask: Ask) -> int:
    """How often this page was sent, by whomever and whatever came of it."""
    made = session.scalar(
        select(func.count())
        .select_from(LlmCall)
        .where(
            LlmCall.document_id == ask.document_id,
            LlmCall.page == ask.page,
            LlmCall.trial.is_(False),
        )
    )
    return made or 0
