"""Ages as operators write them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from outbox.cleanup import parse_age


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("7d", timedelta(days=7)),
        ("12h", timedelta(hours=12)),
        ("0s", timedelta()),
        ("2w", timedelta(weeks=2)),
        ("90m", timedelta(minutes=90)),
    ],
)
def test_an_age_is_read(text: str, age: timedelta) -> None:
    assert parse_age(text) == age


@pytest.mark.parametrize("text", ["", "7", "d", "-7d", "7 days", "7D", "9999999d", "7d;"])
def test_what_is_no_age_is_explained(text: str) -> None:
    with pytest.raises(ValueError, match="such as 7d"):
        parse_age(text)
