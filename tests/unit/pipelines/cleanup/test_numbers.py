"""Figures and identifiers: which readings of them may be mended."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.cleanup.numbers import same_figures, same_identifiers, valid_iban


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("l2,5O", "12,50"),
        ("2O24-O3-l4", "2024-03-14"),
        ("1O.000", "10.000"),
        ("he1lo", "hello"),
        ("0f", "Of"),
        ("adm1nistratlon", "administration"),
        ("0 . 1", "0.1"),
        ("6 / 244", "6/244"),
        ("(12)", "12"),
        ("12,50.", "12,50"),
        ("10–12", "10-12".replace("-", "–")),
        ("word", "ward"),
    ],
)
def test_readings_that_may_be_mended(raw: str, clean: str) -> None:
    assert same_figures(raw, clean)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("1234", "1243"),
        ("12.50", "1250"),
        ("12.50", "12,50"),
        ("1.250,40", "1,250.40"),
        ("12 50", "1250"),
        ("10, 50", "10,50"),
        ("12", "l2"),
        ("1250", "I25O"),
        ("10", "lo"),
        ("5", ""),
        ("", "5"),
        ("-5", "5"),
        ("5", "-5"),
        ("5%", "5"),
        ("5%", "5‰"),
        ("5", "€5"),
        ("3", "8"),
        ("15Las", "lSLas"),
        ("ping(8)", "ping()"),
        ("2024", "2O24"),
    ],
)
def test_figures_that_change(raw: str, clean: str) -> None:
    assert not same_figures(raw, clean)


@given(st.text("0123456789.,- ", min_size=1, max_size=12), st.data())
def test_no_digit_is_ever_exchanged(raw: str, data: st.DataObject) -> None:
    digits = [at for at, each in enumerate(raw) if each.isdigit()]
    if not digits:
        return
    at = data.draw(st.sampled_from(digits))
    other = data.draw(st.sampled_from([each for each in "0123456789" if each != raw[at]]))
    assert not same_figures(raw, raw[:at] + other + raw[at + 1 :])


def test_an_iban_is_checked_and_then_kept() -> None:
    assert valid_iban("DE89 3704 0044 0532 0130 00")
    assert not valid_iban("DE89 3704 0044 0532 0130 01")
    assert not valid_iban("DE89")


@pytest.mark.parametrize(
    ("raw", "clean", "same"),
    [
        ("DE893704O0440532013000", "DE89370400440532013000", True),
        ("DE89370400440532013000", "DE8937040O440532013000", False),
        ("RE-2024-A117", "RE-2024-H117", False),
        ("AB-2O24-117", "AB-2024-117", True),
        ("office@example.org", "offiee@example.org", False),
        ("www.example.org/pay", "www.exarnple.org/pay", False),
        ("word", "ward", True),
    ],
)
def test_identifiers(raw: str, clean: str, same: bool) -> None:
    assert same_identifiers(raw, clean) is same
