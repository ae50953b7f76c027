"""API keys: ``octavo_`` + prefix + secret + checksum; only a digest is kept.

A key carries 160 random bits. The checksum lets a client or a scanner tell a mistyped key from an
unknown one without asking the database.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from store.clock import asked_at, now
from store.layout import checked_tenant
from store.models import ApiKey

SCOPES = frozenset({"read", "write", "admin"})
_MARK = "octavo_"
_PREFIX_CHARS = 8


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a valid key speaks for."""

    key_id: UUID
    tenant: str
    scopes: frozenset[str]


def create(
    session: Session,
    *,
    tenant: str = "default",
    name: str,
    scopes: Collection[str] = ("read", "write"),
    expires_at: datetime | None = None,
) -> str:
    """A new key, shown once. Raises ValueError for a scope or a tenant that cannot be."""
    if unknown := set(scopes) - SCOPES:
        raise ValueError(f"no such scope: {', '.join(sorted(unknown))}; there are {sorted(SCOPES)}")
    body = secrets.token_hex(20)
    key = f"{_MARK}{body}{_checksum(body)}"
    session.add(
        ApiKey(
            tenant=checked_tenant(tenant),
            name=name,
            prefix=body[:_PREFIX_CHARS],
            digest=_digest(key),
            scopes=sorted(scopes),
            expires_at=expires_at,
        )
    )
    session.flush()
    return key


def verify(session: Session, key: str) -> Caller | None:
    """Who the key speaks for; None when it is malformed, unknown, expired or revoked."""
    body = key.removeprefix(_MARK)
    if body == key or len(body) != 48 or not body.isascii() or _checksum(body[:40]) != body[40:]:
        return None
    row = session.scalars(
        select(ApiKey).where(
            ApiKey.prefix == body[:_PREFIX_CHARS],
            ApiKey.revoked_at.is_(None),
            or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > asked_at),
        )
    ).one_or_none()
    if row is None or not hmac.compare_digest(row.digest, _digest(key)):
        return None
    return Caller(row.id, row.tenant, frozenset(row.scopes))


def listing(session: Session) -> list[ApiKey]:
    """Every key, newest first."""
    return list(session.scalars(select(ApiKey).order_by(ApiKey.created_at.desc())))


def revoke(session: Session, prefix: str) -> bool:
    """Make a key useless; False when no live key has this prefix."""
    revoked = session.scalar(
        update(ApiKey)
        .where(ApiKey.prefix == prefix, ApiKey.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(ApiKey.id)
    )
    return revoked is not None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"
