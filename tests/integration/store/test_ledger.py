"""Spending has a hard end, whoever races and whatever dies."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, func, select, text

from store import gates, ledger, pages, requests
from store.claims import PageClaim
from store.database import Database
from store.ledger import Ask, Bounds, Cost, Refusal, Refused
from store.spending import CallState, LlmAccount, LlmCall
from store.states import PageStage

READING = pages.Reading(
    raw="raw",
    words=[],
    confidence=0.5,
    width=9,
    height=9,
    dpi=100.0,
    engine="null",
    languages=["eng"],
    flags=[],
    image_key=None,
)
OPEN = gates.Gate("local", concurrency=10_000)
FREE = Bounds(document_nanos=None, tenant_nanos=None, sends=1000)


def ask(document_id: UUID, nanos: int = 100, *, page: int = 1, **more: Any) -> Ask:
    values: dict[str, Any] = {
        "tenant": "default",
        "document_id": document_id,
        "page": page,
        "fence": None,
        "provider": "local",
        "model": "small",
        "mode": "cleanup",
        "prompt_version": "octavo-cleanup@1",
        "worst_nanos": nanos,
        "seconds": 60.0,
    }
    return Ask(**{**values, **more})


def reserve(
    database: Database, asked: Ask, bounds: Bounds = FREE, gate: gates.Gate = OPEN
) -> UUID | Refused:
    with database.begin() as session:
        return ledger.reserve(session, asked, bounds, gate)


def granted(database: Database, asked: Ask, bounds: Bounds = FREE, gate: gates.Gate = OPEN) -> UUID:
    found = reserve(database, asked, bounds, gate)
    assert isinstance(found, UUID)
    return found


def settle(database: Database, call: UUID, nanos: int, **more: Any) -> None:
    with database.begin() as session:
        ledger.settle(session, call, "answered", Cost(nanos, 10, 5, **more), 0.5)


def account(database: Database, holder: str) -> LlmAccount:
    with database.begin() as session:
        return session.scalars(select(LlmAccount).where(LlmAccount.holder == holder)).one()


def page_claim(way: Any) -> PageClaim:
    document_id = way.split(1)
    with way.database.begin() as session:
        pages.record_recognition(session, way.held_page(document_id, 1), READING)
    found: PageClaim = way.held_page(document_id, 1, PageStage.CLEAN)
    return found


def test_what_is_held_is_given_back_when_it_cost_less(database: Database) -> None:
    document_id = uuid4()
    call = granted(database, ask(document_id, 100))
    assert account(database, str(document_id)).held_nanos == 100
    settle(database, call, 30)
    settle(database, call, 30)  # a second time
    found = account(database, str(document_id))
    assert (found.held_nanos, found.spent_nanos, found.calls) == (0, 30, 1)
    assert (found.tokens_in, found.tokens_out) == (10, 5)


@pytest.mark.parametrize(
    "bounds",
    [
        Bounds(document_nanos=250, tenant_nanos=None, sends=9),
        Bounds(document_nanos=None, tenant_nanos=250, sends=9),
    ],
)
def test_past_a_budget_nothing_is_held(database: Database, bounds: Bounds) -> None:
    document_id = uuid4()
    first = granted(database, ask(document_id, 100), bounds)
    granted(database, ask(document_id, 100), bounds)
    assert reserve(database, ask(document_id, 100), bounds) == Refused(Refusal.BUDGET)
    settle(database, first, 10)
    granted(database, ask(document_id, 100), bounds)


def test_tenants_and_documents_have_budgets_of_their_own(database: Database) -> None:
    bounds = Bounds(document_nanos=100, tenant_nanos=100, sends=9)
    granted(database, ask(uuid4(), 100), bounds)
    assert reserve(database, ask(uuid4(), 100), bounds) == Refused(Refusal.BUDGET)
    granted(database, ask(uuid4(), 100, tenant="other"), bounds)


def test_eight_workers_racing_never_overspend(database_url: str, way: Any) -> None:
    """Each holds, spends all of it, less, or dies; what the provider was paid stays below."""
    document_id, budget, worst = way.split(1), 4_000, 100
    bounds = Bounds(document_nanos=budget, tenant_nanos=None, sends=10_000)
    paid: list[int] = []

    def work(worker: int) -> None:
        database = Database(create_engine(database_url, pool_size=1))
        refused = 0
        for turn in range(1000):
            call = reserve(database, ask(document_id, worst), bounds)
            if isinstance(call, Refused):
                refused += 1
                if refused > 3:
                    break
                continue
            cost = (worker * 37 + turn * 11) % (worst + 1)
            paid.append(cost)  # the provider has it, whatever becomes of the worker
            if turn % 7:
                settle(database, call, cost)
        database.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    found = account(way.database, str(document_id))
    assert sum(paid) <= found.spent_nanos + found.held_nanos <= budget
    assert found.spent_nanos + found.held_nanos > budget - worst
    assert len(paid) >= budget // worst
    with way.database.begin() as session:
        held = select(func.sum(LlmCall.held_nanos)).where(LlmCall.state == CallState.OPEN)
        spent = select(func.sum(LlmCall.cost_nanos)).where(LlmCall.state == CallState.SETTLED)
        assert (session.scalar(held), session.scalar(spent)) == (
            found.held_nanos,
            found.spent_nanos,
        )


def test_a_page_is_sent_so_often_and_no_more(way: Any) -> None:
    claim = page_claim(way)
    asked = ask(claim.source.document_id, fence=claim.fence)
    bounds = Bounds(None, None, sends=2)
    settle(way.database, granted(way.database, asked, bounds), 1)
    granted(way.database, asked, bounds)  # and its worker dies
    assert reserve(way.database, asked, bounds) == Refused(Refusal.SENDS)
    # A person who tries it does not use up its sends, and is not held up by them.
    granted(way.database, ask(claim.source.document_id), bounds)


@pytest.mark.parametrize("ends", [requests.cancel, requests.delete])
def test_a_document_that_nobody_wants_spends_nothing(way: Any, ends: Any) -> None:
    claim = page_claim(way)
    asked = ask(claim.source.document_id, fence=claim.fence)
    granted(way.database, asked)
    way.move(claim.source.document_id, ends)
    assert reserve(way.database, asked) == Refused(Refusal.GONE)


@pytest.mark.parametrize("ends", [requests.cancel, requests.delete])
def test_a_document_that_is_ended_while_a_call_waits_for_an_account_spends_nothing(
    way: Any, ends: Any
) -> None:
    claim = page_claim(way)
    document_id = claim.source.document_id
    granted(way.database, ask(document_id))
    with ThreadPoolExecutor(1) as pool, way.database.begin() as other:
        other.scalars(select(LlmAccount).with_for_update()).all()
        waiting = pool.submit(reserve, way.database, ask(document_id, fence=claim.fence))
        way.wait_for_a_blocked_statement()
        way.move(document_id, ends)
    assert waiting.result() == Refused(Refusal.GONE)


def test_a_lost_claim_spends_nothing(way: Any) -> None:
    claim = page_claim(way)
    assert reserve(way.database, ask(claim.source.document_id, fence=claim.fence - 1)) == Refused(
        Refusal.GONE
    )


def test_a_call_whose_worker_died_is_booked_at_its_worst(database: Database) -> None:
    document_id = uuid4()
    call = granted(database, ask(document_id, 100))
    with database.begin() as session:
        assert ledger.abandon(session) == 0
        session.execute(text("UPDATE llm_calls SET expires_at = now() - interval '1 s'"))
    with database.begin() as session:
        assert ledger.abandon(session) == 1
    found = account(database, str(document_id))
    assert (found.held_nanos, found.spent_nanos, found.calls) == (0, 100, 1)
    settle(database, call, 30)  # it was only late
    found = account(database, str(document_id))
    assert (found.held_nanos, found.spent_nanos, found.calls) == (0, 30, 1)


def test_no_more_calls_at_once_than_the_gate_lets(database: Database) -> None:
    gate = gates.Gate("narrow", concurrency=2)
    calls = [granted(database, ask(uuid4(), provider="narrow"), gate=gate) for _ in range(2)]
    found = reserve(database, ask(uuid4(), provider="narrow"), gate=gate)
    assert isinstance(found, Refused)
    assert (found.why, found.wait_seconds > 0) == (Refusal.BUSY, True)
    settle(database, calls[0], 1)
    granted(database, ask(uuid4(), provider="narrow"), gate=gate)


def test_the_rate_is_shared_and_refills(database: Database) -> None:
    gate = gates.Gate("slow", concurrency=2, per_minute=6)
    for _ in range(2):
        settle(database, granted(database, ask(uuid4(), provider="slow"), gate=gate), 1)
    found = reserve(database, ask(uuid4(), provider="slow"), gate=gate)
    assert isinstance(found, Refused)
    assert found.why is Refusal.BUSY
    assert 8 < found.wait_seconds <= 10
    with database.begin() as session:
        session.execute(text("UPDATE llm_providers SET filled_at = filled_at - interval '10 s'"))
    granted(database, ask(uuid4(), provider="slow"), gate=gate)


def test_a_pause_holds_for_everybody(database: Database) -> None:
    with database.begin() as session:
        gates.pause(session, OPEN, 30)
        gates.pause(session, OPEN, 3)  # a shorter one does not end it
    found = reserve(database, ask(uuid4()))
    assert isinstance(found, Refused)
    assert (found.why, found.wait_seconds > 25) == (Refusal.BUSY, True)


def test_the_breaker_opens_tries_and_closes(database: Database) -> None:
    gate = gates.Gate("broken", concurrency=9, breaker_failures=2, breaker_seconds=30)
    asked = ask(uuid4(), provider="broken")
    for _ in range(2):
        settle(database, granted(database, asked, gate=gate), 0)
        with database.begin() as session:
            gates.failed(session, gate)
    found = reserve(database, asked, gate=gate)
    assert isinstance(found, Refused)
    assert found.why is Refusal.DOWN
    with database.begin() as session:
        session.execute(text("UPDATE llm_providers SET open_until = now() - interval '1 s'"))
    probe = granted(database, asked, gate=gate)
    found = reserve(database, asked, gate=gate)  # one at a time
    assert isinstance(found, Refused)
    assert found.why is Refusal.DOWN
    settle(database, probe, 0)
    with database.begin() as session:
        gates.well(session, gate)
    for _ in range(3):
        granted(database, asked, gate=gate)
