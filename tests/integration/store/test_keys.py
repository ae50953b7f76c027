"""A key opens its tenant's door and no other, until it is revoked or expires."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from store import keys
from store.database import Database
from store.models import ApiKey


def test_a_key_is_known_by_its_digest_alone(database: Database) -> None:
    with database.begin() as session:
        key = keys.create(session, tenant="acme", name="reader", scopes=["read"])
    with database.begin() as session:
        caller = keys.verify(session, key)
        assert caller is not None
        assert (caller.tenant, caller.scopes) == ("acme", frozenset({"read"}))
        [row] = keys.listing(session)
        assert key not in (row.digest, row.prefix)
        assert row.prefix in key


@pytest.mark.parametrize("spoil", ["", "x", "octavo_", "octavo_" + "0" * 48, "octavo_" + "é" * 48])
def test_what_is_no_key_opens_nothing(database: Database, spoil: str) -> None:
    with database.begin() as session:
        keys.create(session, name="k")
        assert keys.verify(session, spoil) is None


def test_one_wrong_character_is_refused(database: Database) -> None:
    with database.begin() as session:
        key = keys.create(session, name="k")
        for at in (8, 20, len(key) - 1):
            wrong = key[:at] + ("0" if key[at] != "0" else "1") + key[at + 1 :]
            assert keys.verify(session, wrong) is None


def test_revoked_and_expired_keys_open_nothing(database: Database) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with database.begin() as session:
        old = keys.create(session, name="old", expires_at=yesterday)
        key = keys.create(session, name="k")
        assert keys.verify(session, old) is None
        prefix = key.removeprefix("octavo_")[:8]
        assert keys.revoke(session, prefix)
        assert not keys.revoke(session, prefix)
        assert keys.verify(session, key) is None
        assert session.query(ApiKey).count() == 2


def test_a_scope_that_does_not_exist_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="no such scope: root"), database.begin() as session:
        keys.create(session, name="k", scopes=["root"])
