"""Rows as the shapes that the schemas write, and the texts of a document as a stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from api.problems import NotFound
from api.services import Services
from llm.trial import Trial
from pipelines.assemble import joined
from pipelines.errors import Reason
from store import queries
from store.models import Document, Page, PageText, PageVersion
from store.states import ENDED

# Reasons of a whole file that may be gone when it is tried again; the others lie in the file.
_PASSING = frozenset(
    {
        Reason.TIMEOUT,
        Reason.LANGUAGE_MISSING,
        Reason.LANGUAGE_DAMAGED,
        Reason.ENGINE_MISSING,
        Reason.ENGINE_FAILED,
        Reason.OUT_OF_MEMORY,
        Reason.ATTEMPTS_EXHAUSTED,
        Reason.INTERNAL,
    }
)
_TEXT_BATCH = 50  # pages


def path(document_id: UUID) -> str:
    """Where a document is found."""
    return f"/v1/documents/{document_id}"


def missing_document() -> NotFound:
    """The one answer for what is not there, is deleted, or is another tenant's."""
    return NotFound("There is no such document.")


def document(
    found: Document, failed: Sequence[Page], spent: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A document for `api.schemas.documents.Document`; `failed` are its failed pages.

    `spent`: what models cost, for `api.schemas.cleanup.Spent`.
    """
    return {
        **summary(found),
        "spent": spent,
        "summary": found.summary if found.state in ENDED else None,  # a retry keeps the old one
        "reasons": [*_reasons(found), *map(_page_reason, failed)],
    }


def summary(found: Document) -> dict[str, Any]:
    """A document for `api.schemas.documents.DocumentSummary`."""
    return {column.key: getattr(found, column.key) for column in Document.__table__.columns}


def page(found: Page, text: PageText | PageVersion | None) -> dict[str, Any]:
    """A page for `api.schemas.pages.PageSummary`, without words and text."""
    return {
        "number": found.number,
        "state": found.state,
        "version": text and text.version,
        "confidence": text and text.confidence,
        "engine": text and text.engine,
        "languages": text.languages if text else [],
        "flags": text.flags if text else [],
        "verdict": found.source.get("verdict"),
        "verdict_reason": found.source.get("why") or None,
        "image": (f"{path(found.document_id)}/pages/{found.number}/image" if text else None),
        "cleanup": text and text.cleanup,
        "reason": (
            {"code": found.reason, "detail": found.detail, "retryable": bool(found.retryable)}
            if found.reason is not None
            else None
        ),
    }


def missing_version(number: int, version: int) -> NotFound:
    """For a text that the page never had, or that was forgotten for newer ones."""
    return NotFound(
        f"Page {number} has no text of version {version}.",
        advice="GET .../versions lists those there are.",
        page=number,
        version=version,
    )


def rereading(found: Page) -> dict[str, Any]:
    """A page that is to be read again for `api.schemas.pages.Rereading`."""
    document = path(found.document_id)
    page = f"{document}/pages/{found.number}"
    return {
        "page": page,
        "versions": f"{page}/versions",
        "document": document,
        "version": found.version,
    }


def version(text: PageText | PageVersion) -> dict[str, Any]:
    """A version of a page's text for `api.schemas.pages.PageVersion`."""
    return {
        "version": text.version,
        "current": isinstance(text, PageText),
        "confidence": text.confidence,
        "engine": text.engine,
        "languages": text.languages,
        "flags": text.flags,
        "characters": len(text.raw),
        "written_at": text.written_at,
    }


def whole_page(found: Page, text: PageText | PageVersion | None) -> dict[str, Any]:
    """A page for `api.schemas.pages.Page`."""
    return {
        **page(found, text),
        "text": {"raw": text.raw, "clean": text.clean} if text else None,
        "words": text.words if text else [],
        "width": text and text.width,
        "height": text and text.height,
        "dpi": text and text.dpi,
    }


def trial(found: Trial) -> dict[str, Any]:
    """What a model made of a page, for `api.schemas.cleanup.Trial`."""
    return {
        "cleanup": found.found.report(),
        "detail": found.found.detail,
        "raw": found.raw,
        "prompt": found.found.asked,
        "answer": found.found.answer,
        "changes": list(map(asdict, found.changes)),
    }


def texts(services: Services, document_id: UUID) -> Iterator[str]:
    """The best text of every page in order, joined piece by piece.

    Each batch is a transaction of its own, so a slow reader holds no connection.
    """
    return joined(_best_texts(services, document_id))


def _best_texts(services: Services, document_id: UUID) -> Iterator[str | None]:
    after = 0
    while True:
        with services.database.begin() as session:
            batch = [
                (found.number, text)
                for found, text in queries.pages(
                    session, document_id, after=after, limit=_TEXT_BATCH
                )
            ]
        for number, text in batch:
            yield _best(text)
            after = number
        if len(batch) < _TEXT_BATCH:
            return


def _best(text: PageText | None) -> str | None:
    if text is None:
        return None
    return text.raw if text.clean is None else text.clean


def _reasons(found: Document) -> list[dict[str, Any]]:
    if found.reason is None:
        return []
    return [
        {
            "page": None,
            "code": found.reason,
            "detail": found.detail,
            "retryable": found.reason in _PASSING,
        }
    ]


def _page_reason(found: Page) -> dict[str, Any]:
    return {
        "page": found.number,
        "code": found.reason,
        "detail": found.detail,
        "retryable": bool(found.retryable),
    }
