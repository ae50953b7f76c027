"""Documents: send, list, read, follow, stop, try again, delete."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from api import cursors, filenames, intake, options, views
from api.auth import caller
from api.blueprint import MULTIPART, Blueprint
from api.problems import (
    CleanupUnavailable,
    EmptyFile,
    EngineMissing,
    IdempotencyConflict,
    IdempotencyInFlight,
    IllegalState,
    InvalidCursor,
    InvalidRequest,
    LanguageDamaged,
    LanguageMissing,
    NotFound,
    ObjectStoreUnavailable,
    PageOutOfRange,
    UnsupportedMedia,
)
from api.schemas.documents import (
    Document,
    DocumentPage,
    DocumentQuery,
    IdempotencyHeader,
    NewDocument,
    WaitQuery,
)
from api.services import Services, services
from llm import spending
from octavo.telemetry import tracing
from outbox.record import record
from store import arrows, models, queries, requests
from store.moves import Move
from store.states import ENDED, DocumentState

blueprint = Blueprint(
    "documents", __name__, url_prefix="/v1/documents", description="Files on their way to text."
)


@blueprint.post("")
@blueprint.operation(
    "write",
    EmptyFile,
    UnsupportedMedia,
    LanguageMissing,
    LanguageDamaged,
    EngineMissing,
    CleanupUnavailable,
    PageOutOfRange,
    IdempotencyConflict,
    IdempotencyInFlight,
    ObjectStoreUnavailable,
)
@blueprint.arguments(NewDocument, location=MULTIPART)
@blueprint.arguments(IdempotencyHeader, location="headers")
@blueprint.response(
    201,
    Document,
    description="Accepted: the file is stored and will be read.",
    headers={
        "Location": {"description": "Path of the document.", "schema": {"type": "string"}},
        "Idempotent-Replayed": {
            "description": "true: an earlier request with this Idempotency-Key made it.",
            "schema": {"type": "string"},
        },
    },
)
def send(form: dict[str, Any], headers: dict[str, Any]) -> Any:
    """Send a file to be read.

    The answer comes when the file is kept: from then on it is not lost, whatever stops working.
    """
    held, who = services(), caller()
    received = _received(form, headers, held)
    found, replayed = intake.receive(held, who, received)
    told = {"Location": views.path(found.id)}
    if replayed:
        told["Idempotent-Replayed"] = "true"
    return _whole(held, found), 201, told


@blueprint.get("")
@blueprint.operation("read", InvalidCursor)
@blueprint.arguments(DocumentQuery, location="query")
@blueprint.response(200, DocumentPage, description="A part of the list.")
def listing(asked: dict[str, Any]) -> Any:
    """List documents, newest first."""
    held = services()
    limit = asked.pop("limit")
    cursor = asked.pop("cursor", None)
    after = cursors.unseal(cursor, held.settings) if cursor is not None else None
    if "state" in asked:
        asked["state"] = DocumentState(asked["state"])
    with held.database.begin() as session:
        found = queries.documents(session, caller().tenant, **asked, after=after, limit=limit + 1)
    more = len(found) > limit
    shown = found[:limit]
    end = queries.Cursor(shown[-1].created_at, shown[-1].id) if more else None
    return {
        "items": [views.summary(document) for document in shown],
        "next": end and cursors.seal(end, held.settings),
    }


@blueprint.get("/<uuid:document_id>")
@blueprint.operation("read", NotFound)
@blueprint.arguments(WaitQuery, location="query")
@blueprint.response(200, Document, description="The document as it is now.")
def one(asked: dict[str, Any], document_id: UUID) -> Any:
    """Read a document; with `wait`, answer when it has ended."""
    held, tenant = services(), caller().tenant
    found = _find(held, tenant, document_id)
    deadline = time.monotonic() + asked["wait"]
    if asked["wait"] == 0 or found.state in ENDED:
        return _whole(held, found)
    with held.endings.watching(document_id) as watch:
        if watch is None:
            return _whole(held, found), 200, {"Retry-After": "1"}
        while found.state not in ENDED:
            left = deadline - time.monotonic()
            if left <= 0:
                break
            watch.wait(left)
            found = _find(held, tenant, document_id)
    return _whole(held, found)


@blueprint.get("/<uuid:document_id>/text")
@blueprint.operation("read", NotFound)
@blueprint.response(
    200,
    {"type": "string"},
    content_type="text/plain",
    description="UTF-8; a form feed between pages, an empty page for one without text.",
    example="First page\fSecond page",
    headers={
        "Octavo-State": {
            "description": "State of the document when the answer began; the text is partial"
            " while it runs.",
            "schema": {"type": "string"},
        }
    },
)
def text(document_id: UUID) -> Response:
    """Read the text of all pages, of those there are while the document runs."""
    held = services()
    found = _find(held, caller().tenant, document_id)
    pages = _begun(views.texts(held, document_id))
    response = Response((part.encode() for part in pages), content_type="text/plain; charset=utf-8")
    response.headers["Octavo-State"] = found.state
    return response


@blueprint.delete("/<uuid:document_id>")
@blueprint.operation("write", NotFound)
@blueprint.response(204, description="Deleted; its files are being removed.")
def delete(document_id: UUID) -> None:
    """Delete a document, its text and its files, whatever state it is in."""
    _change(document_id, requests.delete)


@blueprint.post("/<uuid:document_id>/cancel")
@blueprint.operation("write", NotFound, IllegalState)
@blueprint.response(200, Document, description="Cancelled.")
def cancel(document_id: UUID) -> Any:
    """Stop a document; pages that are done keep their text."""
    return _whole(services(), _change(document_id, requests.cancel))


@blueprint.post("/<uuid:document_id>/retry")
@blueprint.operation("write", NotFound, IllegalState)
@blueprint.response(200, Document, description="Being read again.")
def retry(document_id: UUID) -> Any:
    """Read again the pages that have no text; those that are done stay as they are."""
    held = services()

    def again(session: Session, found: models.Document) -> list[Move]:
        return requests.retry(
            session, found, lease_seconds=held.settings.lease_seconds, plan=held.plan
        )

    return _whole(held, _change(document_id, again))


def _received(form: dict[str, Any], headers: dict[str, Any], held: Services) -> intake.Received:
    upload = form.pop("file")
    if isinstance(upload, str):
        raise InvalidRequest(
            "multipart.file: Must be a file, with a filename.",
            errors=[{"where": "multipart.file", "detail": "Must be a file, with a filename."}],
        )
    return intake.Received(
        file=upload.stream,
        filename=filenames.clean(upload.filename),
        options=options.checked(form, held.settings),
        idempotency_key=headers.get("key"),
    )


def _find(held: Services, tenant: str, document_id: UUID) -> models.Document:
    with held.database.begin() as session:
        found = queries.document(session, tenant, document_id)
    if found is None:
        raise views.missing_document()
    return found


def _change(
    document_id: UUID, change: Callable[[Session, models.Document], list[Move]]
) -> models.Document:
    """Move a document and record what moved, in one transaction."""
    with services().database.begin() as session:
        # Locked, so that a change that is under way is over, and this one starts from its end.
        found = queries.document(session, caller().tenant, document_id, lock=True)
        if found is None:
            raise views.missing_document()
        try:
            moves = change(session, found)
        except arrows.IllegalMove as error:
            raise IllegalState(
                f"A document that is {error.state} cannot be {error.wanted}.", state=error.state
            ) from error
        record(session, moves, tracing.carry())
        session.refresh(found)
        return found


def _whole(held: Services, found: models.Document) -> dict[str, Any]:
    with held.database.begin() as session:
        failed = queries.failed_pages(session, found.id) if found.pages_failed else []
        spent = spending.of_document(session, held.settings, found)
    return views.document(found, failed, spent)


def _begun(parts: Iterator[str]) -> Iterator[str]:
    """The same parts, the first one read already: what fails at once fails before the answer."""
    first = next(parts, None)
    return iter(()) if first is None else chain((first,), parts)
