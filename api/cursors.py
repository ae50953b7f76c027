"""Opaque, sealed cursors: where a listing goes on.

The seal keeps clients from building cursors, so their form may change; it guards no secret, for
a listing is bound to its caller's tenant whatever the cursor says.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID

from api.problems import InvalidCursor
from octavo.settings import Settings
from store.queries import Cursor

_SEAL_BYTES = 12
_BODY_BYTES = 8 + 16  # microseconds since 1970, document id
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def seal(cursor: Cursor, settings: Settings) -> str:
    """The cursor as text for a client."""
    micros = (cursor.created_at - _EPOCH) // timedelta(microseconds=1)
    body = micros.to_bytes(8, "big") + cursor.document_id.bytes
    return base64.urlsafe_b64encode(body + _tag(body, settings)).decode().rstrip("=")


def unseal(text: str, settings: Settings) -> Cursor:
    """The cursor a client gives back. Raises InvalidCursor."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise _invalid() from error
    body, tag = raw[:_BODY_BYTES], raw[_BODY_BYTES:]
    if len(raw) != _BODY_BYTES + _SEAL_BYTES or not hmac.compare_digest(tag, _tag(body, settings)):
        raise _invalid()
    micros = int.from_bytes(body[:8], "big")
    return Cursor(_EPOCH + timedelta(microseconds=micros), UUID(bytes=body[8:]))


def _tag(body: bytes, settings: Settings) -> bytes:
    return hmac.new(_key(settings), body, hashlib.sha256).digest()[:_SEAL_BYTES]


def _key(settings: Settings) -> bytes:
    """The same in every API process of one installation: they share these secrets already."""
    secrets = (settings.s3_secret_key, settings.database_url)
    return hashlib.sha256(
        b"octavo cursor\0" + b"\0".join(secret.get_secret_value().encode() for secret in secrets)
    ).digest()


def _invalid() -> InvalidCursor:
    return InvalidCursor("The cursor was not made by this server.")
