"""A row that cannot be read never keeps the others back."""

from __future__ import annotations

from outbox.relay import _open_rows
from store.models import OutboxRow

GOOD = {"document_id": "5c1b9f0e-6a0b-4a5e-9a0e-111111111111", "tenant": "t", "generation": 1}


def test_unknown_and_broken_rows_are_set_apart() -> None:
    rows = [
        OutboxRow(id=1, topic="document.uploaded", version=1, payload=GOOD, trace={}),
        OutboxRow(id=2, topic="document.uploaded", version=9, payload=GOOD, trace={}),
        OutboxRow(id=3, topic="document.uploaded", version=1, payload={"tenant": 5}, trace={}),
        OutboxRow(id=4, topic="document.failed", version=1, payload=GOOD, trace={"a": "b"}),
    ]
    envelopes, errors = _open_rows(rows)
    assert [envelope.row_id for envelope in envelopes] == [1, 4]
    assert envelopes[1].trace == {"a": "b"}
    assert set(errors) == {2, 3}
    assert "version 9" in errors[2]
