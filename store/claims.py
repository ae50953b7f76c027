"""Claims: who may work on a document or a page now, and what they need to know to do it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import tuple_, update
from sqlalchemy.orm import Session

from store.clock import after
from store.models import Document, Page
from store.states import PageStage, Stage


@dataclass(frozen=True, slots=True)
class Source:
    """The object a claim is about."""

    document_id: UUID
    tenant: str
    generation: int
    object_key: str
    sha256: str
    media_type: str
    options: dict[str, Any]
    trace: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DocumentClaim:
    """The right to do one stage of a document; results count only under its fence."""

    source: Source
    stage: Stage
    fence: int
    attempt: int  # 1 at the first try
    lease_seconds: float


@dataclass(frozen=True, slots=True)
class PageClaim:
    """The right to do one step of a page; results count only under its fence."""

    source: Source
    number: int
    sheaf: int
    step: PageStage
    fence: int
    attempt: int
    lease_seconds: float
    page: dict[str, Any]  # pipelines.values.PageInfo
    version: int = 1  # above 1: the page was read before, perhaps with other options


@dataclass(frozen=True, slots=True)
class BulkClaim:
    """The right to recognise several pages of one sheaf at once, each under its own fence."""

    source: Source
    sheaf: int
    pages: tuple[PageClaim, ...]  # in order; at least one
    lease_seconds: float
    attempt: int = 1  # there is no second: what was tried is read page by page

    @property
    def held(self) -> list[tuple[int, int]]:
        """(number, fence) of each page."""
        return [(page.number, page.fence) for page in self.pages]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a page or a whole file has no text."""

    reason: str  # pipelines.errors.Reason
    detail: str
    retryable: bool = False


class StaleFence(Exception):
    """The claim was lost (lease over, document cancelled, retried, deleted): drop the result."""


def renew(session: Session, claim: DocumentClaim | PageClaim | BulkClaim) -> bool:
    """Move a claim's lease on. False: the claim is lost and its work may stop."""
    if isinstance(claim, PageClaim | BulkClaim):
        pages = claim.held if isinstance(claim, BulkClaim) else [(claim.number, claim.fence)]
        held = (
            update(Page)
            .where(
                Page.document_id == claim.source.document_id,
                tuple_(Page.number, Page.fence).in_(pages),
                Page.lease_until.is_not(None),
            )
            .values(lease_until=after(claim.lease_seconds))
            .returning(Page.fence)
        )
    else:
        held = (
            update(Document)
            .where(
                Document.id == claim.source.document_id,
                Document.fence == claim.fence,
                Document.lease_until.is_not(None),
            )
            .values(lease_until=after(claim.lease_seconds))
            .returning(Document.fence)
        )
    return session.execute(held).first() is not None


def source_of(document: Document, own: dict[str, Any] | None = None) -> Source:
    """What a claim tells of its document; `own` are options of one page that replace its."""
    return Source(
        document_id=document.id,
        tenant=document.tenant,
        generation=document.generation,
        object_key=document.object_key,
        sha256=document.sha256 or "",
        media_type=document.media_type,
        options={**document.options, **(own or {})},
        trace=document.trace,
    )
