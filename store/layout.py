"""Where a document's objects lie: everything under one prefix, so deleting it misses nothing."""

from __future__ import annotations

from uuid import UUID


def prefix(tenant: str, document_id: UUID) -> str:
    """All objects of a document start with this."""
    return f"{tenant}/{document_id}/"


def incoming_key(tenant: str, document_id: UUID) -> str:
    """Where a client may POST the file; never processed from here."""
    return f"{prefix(tenant, document_id)}incoming"


def source_key(tenant: str, document_id: UUID) -> str:
    """The file as it was accepted; nobody but the API writes it."""
    return f"{prefix(tenant, document_id)}source"


def image_key(tenant: str, document_id: UUID, number: int) -> str:
    """The picture of a page for people."""
    return f"{prefix(tenant, document_id)}pages/{number}.jpg"
