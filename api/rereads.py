"""Pages read again: with other options, and back to a text they had."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from api import intake, options, pages, views
from api.auth import caller
from api.blueprint import Blueprint
from api.problems import (
    CleanupUnavailable,
    EngineMissing,
    IdempotencyConflict,
    IdempotencyInFlight,
    IllegalState,
    LanguageDamaged,
    LanguageMissing,
    NotFound,
)
from api.schemas.documents import IdempotencyHeader, ReadingSchema
from api.schemas.pages import Page, Rereading, VersionList
from api.services import services
from octavo.telemetry import tracing
from outbox.record import record
from store import arrows, idempotency, models, queries, rereads, versions
from store.moves import Move

blueprint = Blueprint(
    "versions",
    __name__,
    url_prefix="/v1/documents/<uuid:document_id>/pages/<int:number>",
    description="Pages read again, and the texts they had.",
)


@blueprint.post("/reocr")
@blueprint.operation(
    "write",
    NotFound,
    IllegalState,
    LanguageMissing,
    LanguageDamaged,
    EngineMissing,
    CleanupUnavailable,
    IdempotencyConflict,
    IdempotencyInFlight,
)
@blueprint.arguments(ReadingSchema)
@blueprint.arguments(IdempotencyHeader, location="headers")
@blueprint.response(
    202,
    Rereading,
    description="The page will be read again; its text stays until then.",
    headers={
        "Location": {"description": "Path of the page.", "schema": {"type": "string"}},
        "Idempotent-Replayed": {
            "description": "true: an earlier request with this Idempotency-Key asked for it.",
            "schema": {"type": "string"},
        },
    },
)
def reocr(asked: dict[str, Any], headers: dict[str, Any], document_id: UUID, number: int) -> Any:
    """Read one page again; options that are not named stay as the document has them.

    Possible once the document has ended; it runs until the page is read, and ends anew. The text
    that the page has becomes a version beside the new one, and stays the page's text when the new
    reading fails.
    """
    held = services()
    chosen = options.of_page(asked, held.settings)
    key = headers.get("key")
    fingerprint = _fingerprint(document_id, number, chosen)

    def again(session: Session, found: models.Document, page: models.Page) -> list[Move]:
        if key is not None:
            with intake.waiting_not_for_ever():
                idempotency.claim(
                    session,
                    tenant=found.tenant,
                    key=key,
                    fingerprint=fingerprint,
                    document_id=found.id,
                )
        try:
            return rereads.reread(
                session,
                found,
                page,
                chosen,
                most_versions=held.settings.page_versions,
                plan=held.plan,
            )
        except rereads.VersionsSpent as error:
            raise IllegalState(
                f"Page {number} was read {rereads.MOST_VERSIONS} times.",
                advice="Send the file as a new document.",
                state=found.state,
            ) from error

    told = {"Location": f"{views.path(document_id)}/pages/{number}"}
    try:
        page = _change(document_id, number, again)
    except idempotency.KeyTaken:
        intake.replayed(held, caller(), key or "", fingerprint)
        with held.database.begin() as session:
            page, _ = pages.find(session, document_id, number)
        told["Idempotent-Replayed"] = "true"
    return views.rereading(page), 202, told


@blueprint.get("/versions")
@blueprint.operation("read", NotFound)
@blueprint.response(200, VersionList, description="The texts there are, the newest first.")
def listing(document_id: UUID, number: int) -> Any:
    """List the texts of a page: the current one, and those that it had before."""
    with services().database.begin() as session:
        pages.find(session, document_id, number)
        found = versions.listing(session, document_id, number)
        return {"items": [views.version(each) for each in found]}


@blueprint.post("/versions/<int:version>/restore")
@blueprint.operation("write", NotFound, IllegalState)
@blueprint.response(200, Page, description="The page, with this text as its own.")
def restore(document_id: UUID, number: int, version: int) -> Any:
    """Make an older text of a page count again; the document is added up and ends anew.

    Saying it twice changes nothing. Possible once the document has ended.
    """
    held = services()

    def back(session: Session, found: models.Document, page: models.Page) -> list[Move]:
        try:
            return rereads.restore(
                session,
                found,
                page,
                version,
                most_versions=held.settings.page_versions,
                lease_seconds=held.settings.lease_seconds,
            )
        except rereads.NoSuchVersion as error:
            raise views.missing_version(number, version) from error

    _change(document_id, number, back)
    with held.database.begin() as session:
        return views.whole_page(*pages.find(session, document_id, number))


def _change(
    document_id: UUID,
    number: int,
    change: Callable[[Session, models.Document, models.Page], list[Move]],
) -> models.Page:
    """Move a document by one of its pages, and record what moved, in one transaction."""
    with services().database.begin() as session:
        found = queries.document(session, caller().tenant, document_id, lock=True)
        if found is None:
            raise views.missing_document()
        page, _ = pages.find(session, document_id, number)
        try:
            moves = change(session, found, page)
        except arrows.IllegalMove as error:
            raise IllegalState(
                f"A document that is {error.state} cannot be {error.wanted}.",
                advice="Wait until the document has ended; retry one that was cancelled or failed.",
                state=error.state,
            ) from error
        record(session, moves, tracing.carry())
        session.refresh(page)
        return page


def _fingerprint(document_id: UUID, number: int, chosen: dict[str, Any]) -> str:
    asked = {"reocr": str(document_id), "page": number, "options": chosen}
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
