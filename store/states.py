"""States of documents, pages and sheaves, and the arrows between them (docs/states.md)."""

from __future__ import annotations

from enum import StrEnum


class DocumentState(StrEnum):
    """Where a document stands."""

    AWAITING_UPLOAD = "awaiting_upload"  # a presigned upload was promised, nothing confirmed
    QUEUED = "queued"  # the object is stored, no worker has looked at it
    PROCESSING = "processing"  # split has begun
    COMPLETED = "completed"  # every page is done
    PARTIAL = "partial"  # some pages are done, the others say why not
    FAILED = "failed"  # no page could be read, or the file as a whole
    CANCELLED = "cancelled"  # stopped by the client; pages already done stay
    DELETED = "deleted"  # gone for clients; rows and objects are being removed


class Stage(StrEnum):
    """The step of a document that a lease is held for."""

    SPLIT = "split"
    PAGES = "pages"
    AGGREGATE = "aggregate"
    ENDED = "ended"


class PageState(StrEnum):
    """Where a page stands."""

    PENDING = "pending"
    RUNNING = "running"  # claimed for recognition
    RECOGNIZED = "recognized"  # raw text is kept; waiting for, or in, cleanup
    DONE = "done"
    FAILED = "failed"


class PageStage(StrEnum):
    """The step of a page that a claim is for."""

    RECOGNIZE = "recognize"
    CLEAN = "clean"


class SheafState(StrEnum):
    """Where a sheaf, a bounded batch of pages, stands."""

    WAITING = "waiting"
    DISPATCHED = "dispatched"
    DONE = "done"


ENDED = frozenset(
    {
        DocumentState.COMPLETED,
        DocumentState.PARTIAL,
        DocumentState.FAILED,
        DocumentState.CANCELLED,
    }
)
RUNNING = frozenset({DocumentState.QUEUED, DocumentState.PROCESSING})
VISIBLE = frozenset(DocumentState) - {DocumentState.DELETED}
PAGE_ENDED = frozenset({PageState.DONE, PageState.FAILED})

DOCUMENT_ARROWS: frozenset[tuple[DocumentState, DocumentState]] = frozenset(
    {
        (DocumentState.AWAITING_UPLOAD, DocumentState.QUEUED),
        (DocumentState.AWAITING_UPLOAD, DocumentState.FAILED),  # not confirmed in time
        (DocumentState.AWAITING_UPLOAD, DocumentState.CANCELLED),
        (DocumentState.QUEUED, DocumentState.PROCESSING),
        (DocumentState.QUEUED, DocumentState.FAILED),
        (DocumentState.QUEUED, DocumentState.CANCELLED),
        (DocumentState.PROCESSING, DocumentState.COMPLETED),
        (DocumentState.PROCESSING, DocumentState.PARTIAL),
        (DocumentState.PROCESSING, DocumentState.FAILED),
        (DocumentState.PROCESSING, DocumentState.CANCELLED),
        (DocumentState.COMPLETED, DocumentState.PROCESSING),  # a page read again, or brought back
        (DocumentState.PARTIAL, DocumentState.PROCESSING),  # retry of the failed pages
        (DocumentState.FAILED, DocumentState.PROCESSING),
        (DocumentState.FAILED, DocumentState.QUEUED),  # the file itself is tried again
        (DocumentState.CANCELLED, DocumentState.PROCESSING),
        (DocumentState.CANCELLED, DocumentState.QUEUED),
    }
    | {(state, DocumentState.DELETED) for state in VISIBLE}
)
