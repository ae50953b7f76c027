"""Random walks over every arrow, with lost and repeated messages and dead workers.

Store and model take each step together (`tests.chaos.pair`); at the end of a walk everything is
driven to rest, and `store.verify` finds nothing. CHAOS_WALKS walks are made.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from uuid import UUID

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import create_engine, text

from store import verify
from store.database import Database
from store.states import PageStage
from tests.chaos import model
from tests.chaos.pair import LONG, Held, Message, Pair

BOUNDS = verify.Bounds(within=LONG, max_attempts=model.MAX_ATTEMPTS, outbox_attempts=12)
STEPS = 50
ROUNDS_TO_REST = 12
PICK = st.integers(0, 2**16)


class Walk(RuleBasedStateMachine):
    """What clients, workers and time do, in any order."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.pair = Pair(self.database)
        self.claims: list[Held] = []  # of the living and the dead

    @initialize()
    def begin(self) -> None:
        self.pair.upload(promised=False)

    @rule(promised=st.booleans())
    def upload(self, promised: bool) -> None:
        self.pair.upload(promised=promised)

    @precondition(lambda self: self.pair.known)
    @rule(pick=PICK)
    def confirm(self, pick: int) -> None:
        self.pair.confirm(self.document(pick))

    @precondition(lambda self: self.pair.known)
    @rule(pick=PICK)
    def cancel(self, pick: int) -> None:
        self.pair.cancel(self.document(pick))

    @precondition(lambda self: self.pair.known)
    @rule(pick=PICK)
    def retry(self, pick: int) -> None:
        self.pair.retry(self.document(pick))

    @precondition(lambda self: self.pair.known)
    @rule(pick=PICK, number=st.integers(1, 5))
    def reread(self, pick: int, number: int) -> None:
        self.pair.reread(self.document(pick), number)

    @precondition(lambda self: self.pair.known)
    @rule(pick=PICK, number=st.integers(1, 3), version=st.integers(1, 4))
    def restore(self, pick: int, number: int, version: int) -> None:
        self.pair.restore(self.document(pick), number, version)

    @precondition(lambda self: self.pair.known)
    @rule(pick=PICK, sure=st.integers(0, 3))
    def delete(self, pick: int, sure: int) -> None:
        if sure == 3:  # seldom, for it ends the walk of a document
            self.pair.delete(self.document(pick))

    @precondition(lambda self: self.pair.known)
    @rule(pick=PICK)
    def purge(self, pick: int) -> None:
        self.pair.purge(self.document(pick))

    @precondition(lambda self: self.pair.messages)
    @rule(pick=PICK, step=st.sampled_from(PageStage))
    def deliver(self, pick: int, step: PageStage) -> None:
        """Any message that was ever sent, however often; one that is never drawn is lost."""
        held = self.pair.take(self.message(pick), step)
        if held is not None:
            self.claims.append(held)

    @precondition(lambda self: self.pair.messages)
    @rule(pick=PICK, count=st.integers(1, 5))
    def work(self, pick: int, count: int) -> None:
        """A message whose worker lives, to the end of what it asks for."""
        self.do(self.message(pick), count)

    @rule(count=st.integers(1, 4))
    def flow(self, count: int) -> None:
        """Workers that live take everything there is."""
        for message in self.live():
            self.do(message, count)

    @precondition(lambda self: self.pair.messages)
    @rule(pick=PICK, step=st.sampled_from(PageStage))
    def poison(self, pick: int, step: PageStage) -> None:
        """A message that kills every worker that takes it."""
        message = self.message(pick)
        for _ in range(model.MAX_ATTEMPTS):
            self.pair.take(message, step)
            self.pair.age()
        self.pair.sweep()

    @precondition(lambda self: self.claims)
    @rule(pick=PICK, count=st.integers(1, 5))
    def result(self, pick: int, count: int) -> None:
        """The result of a claim that may have been lost, or used, long ago."""
        self.pair.record(self.claim(pick), count)

    @precondition(lambda self: self.claims)
    @rule(pick=PICK)
    def fail(self, pick: int) -> None:
        self.pair.fail(self.claim(pick))

    @precondition(lambda self: self.claims)
    @rule(pick=PICK, refund=st.booleans())
    def release(self, pick: int, refund: bool) -> None:
        self.pair.release(self.claim(pick), refund=refund)

    @precondition(lambda self: self.claims)
    @rule(pick=PICK)
    def renew(self, pick: int) -> None:
        self.pair.renew(self.claim(pick))

    @rule()
    def age(self) -> None:
        """Whoever holds a claim now is dead, or slow."""
        self.pair.age()

    @rule()
    def sweep(self) -> None:
        self.pair.sweep()

    @rule()
    def dispatch(self) -> None:
        self.pair.dispatch()

    def teardown(self) -> None:
        """Whatever happened: with working workers everything comes to rest."""
        for _ in range(ROUNDS_TO_REST):
            if not any(known.state in model.OPEN for known in self.pair.known.values()):
                break
            self.pair.age()
            self.pair.sweep()
            for message in self.live():
                self.do(message, count=3)
        self.pair.age()
        self.pair.sweep()
        for document_id in list(self.pair.known):
            self.pair.purge(document_id)
        with self.database.begin() as session:
            session.execute(text("UPDATE outbox SET published_at = now(), attempts = 1"))
        assert verify.run(self.database.engine, BOUNDS, at_rest=True) == []

    def do(self, message: Message, count: int) -> None:
        for step in PageStage:
            held = self.pair.take(message, step)
            if held is not None:
                self.pair.record(held, count)
            if message[0] != "page":
                return

    def live(self) -> list[Message]:
        return [each for each in self.pair.messages if self.pair.is_live(each)]

    def document(self, pick: int) -> UUID:
        ids = list(self.pair.known)
        return ids[pick % len(ids)]

    def claim(self, pick: int) -> Held:
        return self.claims[-1 - pick % len(self.claims)]

    def message(self, pick: int) -> Message:
        """Three times in four one that still asks for something, if there is any."""
        sent, live = list(self.pair.messages), self.live()
        chosen = live if live and pick % 4 else sent
        return chosen[pick // 4 % len(chosen)]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    held = Database(create_engine(database_url))
    yield held
    held.close()


@pytest.mark.timeout(3600)  # long walks; and a walk that fails is made short before it is told
def test_store_and_model_walk_together(database: Database) -> None:
    walks = int(os.environ.get("CHAOS_WALKS", "30"))
    Walk.database = database
    run_state_machine_as_test(
        Walk,
        settings=hypothesis.settings(
            max_examples=walks,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize="CHAOS_WALKS" not in os.environ,
            print_blob=True,
            suppress_health_check=list(hypothesis.HealthCheck),
        ),
    )
