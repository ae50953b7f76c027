"""How long an answer of `/readyz` is kept, and what makes it one of 503."""

from __future__ import annotations

import pytest

from api.checks import Readiness, is_ready
from store.findings import Finding, Verdict


@pytest.mark.parametrize(
    ("verdict", "kept"), [(Verdict.OK, 2.0), (Verdict.WARNING, 2.0), (Verdict.MISSING, 0.25)]
)
def test_a_look_is_shared_while_it_is_fresh(verdict: Verdict, kept: float) -> None:
    looks: list[float] = []
    now = [100.0]

    def look() -> list[Finding]:
        looks.append(now[0])
        return [Finding("database", verdict, "")]

    readiness = Readiness(look, clock=lambda: now[0])
    first = readiness.latest()
    now[0] += 0.9 * kept
    assert readiness.latest() is first
    now[0] += 0.2 * kept
    readiness.latest()
    assert looks == [100.0, 100.0 + 0.9 * kept + 0.2 * kept]
    assert is_ready(first) is (verdict is not Verdict.MISSING)
