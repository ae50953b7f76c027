"""Cursors, whole and tampered with."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from api import cursors
from api.problems import InvalidCursor
from octavo.settings import Settings
from store.queries import Cursor

SETTINGS = Settings(s3_secret_key=SecretStr("one"))
OTHER = Settings(s3_secret_key=SecretStr("two"))


@given(
    st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.uuids(),
)
def test_a_cursor_comes_back_as_it_was(created_at: datetime, document_id: UUID) -> None:
    cursor = Cursor(created_at, document_id)
    assert cursors.unseal(cursors.seal(cursor, SETTINGS), SETTINGS) == cursor


def test_any_change_is_noticed() -> None:
    sealed = cursors.seal(Cursor(datetime(2026, 1, 1, tzinfo=UTC), uuid4()), SETTINGS)
    for place in range(len(sealed)):
        changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        with pytest.raises(InvalidCursor):
            cursors.unseal(changed, SETTINGS)
    with pytest.raises(InvalidCursor):
        cursors.unseal(sealed, OTHER)


@given(st.text(max_size=80))
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(InvalidCursor):
        cursors.unseal(text, SETTINGS)
