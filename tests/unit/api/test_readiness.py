"""How long an answer of `/readyz` is kept, and what makes it one of 503."""

from __future__ import annotations

import pytest

from api.checks import Readiness, is_ready
from store.findings import Finding, Standing


@pytest.mark.parametrize(
    ("standing", "kept"), [(Standing.OK, 2.0), (Standing.WARNING, 2.0), (Standing.MISSING, 0.25)]
)
def test_a_look_is_shared_while_it_is_fresh(standing: Standing, kept: float) -> None:
    looks: list[float] = []
    now = [100.0]

    def look() -> list[Finding]:
        looks.append(now[0])
        return [Finding("database", standing, "")]

    readiness = Readiness(look, clock=lambda: now[0])
    first = readiness.latest()
    now[0] += 0.9 * kept
    assert readiness.latest() is first
    now[0] += 0.2 * kept
    readiness.latest()
    assert looks == [100.0, 100.0 + 0.9 * kept + 0.2 * kept]
    assert is_ready(first) is (standing is not Standing.MISSING)
