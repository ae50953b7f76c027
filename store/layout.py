"""Where a document's objects lie: everything under one prefix, so deleting it misses nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Part(StrEnum):
    """What an object is to its document."""

    INCOMING = "incoming"
    SOURCE = "source"
    IMAGE = "image"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class Place:
    """What a key tells."""

    tenant: str
    document_id: UUID
    part: Part


_TENANT = r"(?!\.{1,2}(?:/|\Z))[^/\\\x00-\x1f\x7f-\x9f]+"
_MOST_TENANT_BYTES = 255  # as `store.objects.keys` takes of one segment
_PLACE = re.compile(
    rf"(?P<tenant>{_TENANT})/"
    r"(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/"
    r"(?:(?P<incoming>incoming/[0-9a-f]{64})|(?P<source>source)|(?P<image>pages/[1-9][0-9]*\.jpg)"
    r"|(?P<result>results/[0-9a-f]{32}\.pdf))"
)


def checked_tenant(tenant: str) -> str:
    """The tenant itself, when keys can begin with it. Raises ValueError."""
    if not re.fullmatch(_TENANT, tenant) or len(tenant.encode()) > _MOST_TENANT_BYTES:
        raise ValueError(
            f"no tenant can be named {tenant[:80]!r}: 1 to {_MOST_TENANT_BYTES} bytes, no slash or"
            " backslash, no control characters, and neither . nor .."
        )
    return tenant


def prefix(tenant: str, document_id: UUID) -> str:
    """All objects of a document start with this."""
    return f"{tenant}/{document_id}/"


def incoming_key(tenant: str, document_id: UUID, sha256: str) -> str:
    """Where a client may POST the file it declared; never processed from here."""
    return f"{prefix(tenant, document_id)}incoming/{sha256}"


def source_key(tenant: str, document_id: UUID) -> str:
    """The file as it was accepted; nobody but the API writes it."""
    return f"{prefix(tenant, document_id)}source"


def image_key(tenant: str, document_id: UUID, number: int) -> str:
    """The picture of a page for people."""
    return f"{prefix(tenant, document_id)}pages/{number}.jpg"


def results_prefix(tenant: str, document_id: UUID) -> str:
    """All files that were made of what was read start with this."""
    return f"{prefix(tenant, document_id)}results/"


def pdf_key(tenant: str, document_id: UUID, edition: str) -> str:
    """The searchable PDF of one edition of a document's text, named by 32 hex digits."""
    return f"{results_prefix(tenant, document_id)}{edition}.pdf"


def place_of(key: str) -> Place | None:
    """What this key is for; None: none of the above made it."""
    found = _PLACE.fullmatch(key)
    if found is None or found.lastgroup is None:
        return None
    return Place(found["tenant"], UUID(found["id"]), Part(found.lastgroup))
