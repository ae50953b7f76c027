"""One fault from injection to rest, and what came of it."""

from __future__ import annotations

import random
import time
import traceback
from dataclasses import dataclass, field

from tests.chaos import checks
from tests.chaos.house import House
from tests.chaos.load import Ledger, Load, Sender
from tests.chaos.scene import Fault, NotMade, Scene

REST_SECONDS = 240.0
SURVIVED, BROKEN, NOT_MADE = "survived", "BROKEN", "not made"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a fault."""

    fault: Fault
    verdict: str  # SURVIVED, BROKEN or NOT_MADE
    seconds: float  # all of it
    recovery: float = 0.0  # seconds from the end of the fault to rest
    documents: int = 0  # accepted meanwhile
    notes: list[str] = field(default_factory=list)


def face(
    house: House, fault: Fault, ledger: Ledger, *, seed: int, docs: int, thorough: bool
) -> Outcome:
    """Make the fault while documents come in, end it, wait for rest, hold the house to its word."""
    began = time.monotonic()
    before = len(ledger.all())
    mine = seed * 1000 + fault.number
    sender = Sender(house.client, ledger, mine, f"f{fault.number}")
    load = Load(Sender(house.client, ledger, mine + 500, f"l{fault.number}"), mine, least=docs)
    scene = Scene(house, random.Random(mine), sender, ledger, load, thorough)
    verdict, healed = SURVIVED, began
    try:
        after = fault.scenario(scene)
        load.stop()
        house.heal()
        healed = time.monotonic()
        house.wait(load.finished, 150, "every document of the load is accepted")
        checks.rest(house, REST_SECONDS)
        if after is not None:
            after()
        if retried := checks.hold(house, ledger):
            scene.notes.append(f"{retried} used up their attempts and completed when retried")
    except NotMade as reason:
        verdict, scene.notes = NOT_MADE, [str(reason)]
    except Exception as error:  # noqa: BLE001 whatever breaks is the finding
        verdict = BROKEN
        said = str(error) if isinstance(error, AssertionError) else traceback.format_exc()
        scene.notes.append(said.strip() or traceback.format_exc())
    finally:
        load.stop()
        house.heal()
        house.wait(lambda: load.finished(), 150, "the load ends")
    now = time.monotonic()
    documents = len(ledger.all()) - before
    if verdict == BROKEN:
        ledger.forget(before)
    return Outcome(fault, verdict, now - began, now - healed, documents, scene.notes)
