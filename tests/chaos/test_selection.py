"""Some faults of the list and a round of the random mix; `make chaos` runs them all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from octavo.telemetry import logs
from tests.chaos import faults
from tests.chaos.house import CHECKOUT, House
from tests.chaos.load import Ledger
from tests.chaos.nemesis import Nemesis
from tests.chaos.run import SURVIVED, face
from tests.chaos.scene import FAULTS

SEED = 7
QUICK = (1, 2, 3, 4, 5, 18, 22, 34, 35)  # some of each kind, a few seconds each
NEMESIS_SECONDS = 15

assert faults


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    logs.configure("chaos", "ERROR", "console")
    with House(tmp_path_factory.mktemp("chaos") / "house") as made:
        yield made


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """Documents of all tests: what once was read must stay as it was."""
    return Ledger()


def test_every_fault_of_the_list_has_a_scenario() -> None:
    assert sorted(FAULTS) == list(range(1, 45))


@pytest.mark.parametrize("number", QUICK, ids=lambda number: FAULTS[number].name)
def test_a_fault_breaks_no_promise(house: House, ledger: Ledger, number: int) -> None:
    outcome = face(house, FAULTS[number], ledger, seed=SEED, docs=3, thorough=False)
    assert outcome.verdict == SURVIVED, "\n".join(outcome.notes)


def test_a_random_mix_breaks_no_promise(house: House, ledger: Ledger) -> None:
    said: list[str] = []
    assert Nemesis(house, ledger, SEED, said.append).run(NEMESIS_SECONDS, docs=3), "\n".join(said)


def test_every_scenario_stands_in_the_documentation() -> None:
    page = (CHECKOUT / "docs" / "reliability.md").read_text("utf-8")
    missing = [
        fault.number
        for fault in FAULTS.values()
        if f"| {fault.number} | {fault.name} ({fault.promises}) |" not in page
    ]
    assert not missing, f"docs/reliability.md lacks or names otherwise: {missing}"
