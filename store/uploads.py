"""How a document is born: accepted with its object, or promised and then confirmed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from store.arrows import move
from store.clock import after, now
from store.models import Document
from store.moves import Accepted, Move
from store.states import DocumentState, Stage


@dataclass(frozen=True, slots=True)
class Upload:
    """What is known of a document when it is created."""

    document_id: UUID
    tenant: str
    filename: str
    media_type: str
    size_bytes: int
    sha256: str | None
    object_key: str
    options: dict[str, Any]
    trace: dict[str, Any]


def accept(session: Session, upload: Upload, *, lease_seconds: float) -> list[Move]:
    """(new) -> queued: the object is stored."""
    _add(session, upload, DocumentState.QUEUED, queued_at=now, redrive_at=after(lease_seconds))
    return [Accepted(upload.document_id, upload.tenant, 1)]


def promise(session: Session, upload: Upload, *, expires_seconds: float) -> None:
    """(new) -> awaiting_upload: the client was given a presigned POST."""
    _add(session, upload, DocumentState.AWAITING_UPLOAD, redrive_at=after(expires_seconds))


def confirm(
    session: Session,
    document: Document,
    *,
    object_key: str,
    media_type: str,
    size_bytes: int,
    sha256: str,
    lease_seconds: float,
) -> list[Move]:
    """awaiting_upload -> queued: the promised object has arrived. Raises IllegalMove."""
    move(
        session,
        document,
        DocumentState.QUEUED,
        "confirmed",
        only_from={DocumentState.AWAITING_UPLOAD},
        object_key=object_key,
        media_type=media_type,
        size_bytes=size_bytes,
        sha256=sha256,
        queued_at=now,
        redrive_at=after(lease_seconds),
    )
    return [Accepted(document.id, document.tenant, document.generation)]


def _add(session: Session, upload: Upload, state: DocumentState, **times: Any) -> None:
    known = asdict(upload)
    document_id = known.pop("document_id")
    session.add(Document(id=document_id, state=state, stage=Stage.SPLIT, **known, **times))
    session.flush()
