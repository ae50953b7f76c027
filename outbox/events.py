"""Event contracts: versioned, frozen, ids and counts only; a page's text never travels here.

A change that breaks a reader is a new version beside the old one, never an edit.
"""

from __future__ import annotations

from functools import singledispatch
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from store.moves import Accepted, Deleted, Ended, Move, PagesFinished, SheafDispatched
from store.states import DocumentState


class Event(BaseModel):
    """What happened to one document."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic: ClassVar[str]
    version: ClassVar[int] = 1

    document_id: UUID
    tenant: str
    generation: int

    @property
    def key(self) -> str:
        """Derived from what is told: who sees a key twice was told the same thing twice."""
        return f"{self.topic}:{self.document_id}:{self.generation}"


class DocumentUploaded(Event):
    """The object is stored; the file may be split."""

    topic: ClassVar[str] = "document.uploaded"
    drive: int = 0

    @property
    def key(self) -> str:
        """One a drive."""
        return f"{super().key}:{self.drive}"


class SheafReady(Event):
    """These pages may be read now."""

    topic: ClassVar[str] = "sheaf.ready"
    sheaf: int
    drive: int
    pages: tuple[int, ...]
    bulk: bool = False  # all of them by one task
    clean: bool = True  # some of them wait for a cleanup of their own

    @property
    def key(self) -> str:
        """One a sheaf and drive."""
        return f"{super().key}:{self.sheaf}:{self.drive}"


class DocumentRecognized(Event):
    """Every page has ended; the text may be joined."""

    topic: ClassVar[str] = "document.recognized"
    drive: int = 0

    @property
    def key(self) -> str:
        """One a drive."""
        return f"{super().key}:{self.drive}"


class DocumentCompleted(Event):
    """Terminal: every page is done."""

    topic: ClassVar[str] = "document.completed"


class DocumentPartial(Event):
    """Terminal: some pages failed."""

    topic: ClassVar[str] = "document.partial"


class DocumentFailed(Event):
    """Terminal: no page could be read."""

    topic: ClassVar[str] = "document.failed"


class DocumentCancelled(Event):
    """Terminal: stopped by the client."""

    topic: ClassVar[str] = "document.cancelled"


class DocumentDeleted(Event):
    """The document is gone for clients; its objects and rows may be removed."""

    topic: ClassVar[str] = "document.deleted"
    drive: int = 0

    @property
    def key(self) -> str:
        """One a drive."""
        return f"{super().key}:{self.drive}"


CATALOGUE: dict[tuple[str, int], type[Event]] = {
    (kind.topic, kind.version): kind
    for kind in (
        DocumentUploaded,
        SheafReady,
        DocumentRecognized,
        DocumentCompleted,
        DocumentPartial,
        DocumentFailed,
        DocumentCancelled,
        DocumentDeleted,
    )
}

_ENDINGS: dict[DocumentState, type[Event]] = {
    DocumentState.COMPLETED: DocumentCompleted,
    DocumentState.PARTIAL: DocumentPartial,
    DocumentState.FAILED: DocumentFailed,
    DocumentState.CANCELLED: DocumentCancelled,
}


class UnknownEvent(Exception):
    """No contract of this topic and version: written by a newer version of Octavo, or by hand."""


def parse(topic: str, version: int, payload: dict[str, object]) -> Event:
    """The event of an outbox row. Raises UnknownEvent, or pydantic's ValidationError."""
    kind = CATALOGUE.get((topic, version))
    if kind is None:
        raise UnknownEvent(f"no contract for {topic} version {version}; upgrade this relay")
    return kind.model_validate(payload)


@singledispatch
def event_of(move: Move) -> Event:
    """The one event that tells of a move."""
    raise TypeError(f"no event tells of {type(move).__name__}")


@event_of.register
def _(move: Accepted) -> Event:
    return DocumentUploaded(
        document_id=move.document_id,
        tenant=move.tenant,
        generation=move.generation,
        drive=move.drive,
    )


@event_of.register
def _(move: SheafDispatched) -> Event:
    return SheafReady(
        document_id=move.document_id,
        tenant=move.tenant,
        generation=move.generation,
        sheaf=move.sheaf,
        drive=move.drive,
        pages=move.pages,
        bulk=move.bulk,
        clean=move.clean,
    )


@event_of.register
def _(move: PagesFinished) -> Event:
    return DocumentRecognized(
        document_id=move.document_id,
        tenant=move.tenant,
        generation=move.generation,
        drive=move.drive,
    )


@event_of.register
def _(move: Ended) -> Event:
    return _ENDINGS[move.state](
        document_id=move.document_id, tenant=move.tenant, generation=move.generation
    )


@event_of.register
def _(move: Deleted) -> Event:
    return DocumentDeleted(
        document_id=move.document_id,
        tenant=move.tenant,
        generation=move.generation,
        drive=move.drive,
    )
