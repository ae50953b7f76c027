"""What a state change did; each is recorded as one event (`outbox.record`)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from store.states import DocumentState


@dataclass(frozen=True, slots=True)
class Accepted:
    """A document waits to be split; `drive` is above 0 when the sweeper tells it again."""

    document_id: UUID
    tenant: str
    generation: int
    drive: int = 0


@dataclass(frozen=True, slots=True)
class SheafDispatched:
    """Pages may be read now; `drive` counts how often this sheaf was handed out."""

    document_id: UUID
    tenant: str
    generation: int
    sheaf: int
    drive: int
    pages: tuple[int, ...]
    bulk: bool = False  # all of them by one task
    clean: bool = True  # some of them wait for a cleanup of their own


@dataclass(frozen=True, slots=True)
class PagesFinished:
    """The last page ended; `drive` is above 0 when the sweeper tells it again."""

    document_id: UUID
    tenant: str
    generation: int
    drive: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """A document reached a terminal state in this generation."""

    document_id: UUID
    tenant: str
    generation: int
    state: DocumentState


@dataclass(frozen=True, slots=True)
class Deleted:
    """A document was deleted; its objects may be removed."""

    document_id: UUID
    tenant: str
    generation: int
    drive: int = 0


Move = Accepted | SheafDispatched | PagesFinished | Ended | Deleted
