"""Pages of a document: how far each is, its text, its word boxes, its picture."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from api import pictures, views
from api.auth import caller
from api.blueprint import Blueprint
from api.problems import BeingMade, ImageMissing, NotFound, ObjectStoreUnavailable
from api.schemas.pages import Page, PageList, PageQuery, VersionQuery
from api.services import services
from store import models, queries, versions
from store.objects import ObjectMissing

blueprint = Blueprint(
    "pages",
    __name__,
    url_prefix="/v1/documents/<uuid:document_id>/pages",
    description="What was read, page by page.",
)

_LARGEST = 2**31 - 1  # of PostgreSQL's integer
_IMAGE_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}


@blueprint.get("")
@blueprint.operation("read", NotFound)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, PageList, description="A part of the pages; none before the split.")
def listing(asked: dict[str, Any], document_id: UUID) -> Any:
    """List the pages of a document, in order."""
    limit = asked["limit"]
    with services().database.begin() as session:
        _document(session, document_id)
        found = queries.pages(session, document_id, after=asked["after"], limit=limit + 1)
        shown = [views.page(*row) for row in found[:limit]]
    return {"items": shown, "next": shown[-1]["number"] if len(found) > limit else None}


@blueprint.get("/<int:number>")
@blueprint.operation("read", NotFound)
@blueprint.arguments(VersionQuery, location="query")
@blueprint.response(200, Page, description="The page as it is now, or with a text it had.")
def one(asked: dict[str, Any], document_id: UUID, number: int) -> Any:
    """Read one page: text before and after cleaning, confidence, words with their boxes."""
    version = asked.get("version")
    with services().database.begin() as session:
        found, text = find(session, document_id, number)
        if version is None:
            return views.whole_page(found, text)
        kept = versions.one(session, document_id, number, version)
        if kept is None:
            raise views.missing_version(number, version)
        return views.whole_page(found, kept)


@blueprint.get("/<int:number>/image")
@blueprint.operation("read", NotFound, ImageMissing, BeingMade, ObjectStoreUnavailable)
@blueprint.response(
    200,
    {"type": "string", "format": "binary"},
    content_type="image/jpeg",
    description="The page as people look at it; smaller than the raster that boxes refer to.",
)
def image(document_id: UUID, number: int) -> Response:
    """See one page; its picture is made when somebody first looks at it."""
    held = services()
    with held.database.begin() as session:
        document = _document(session, document_id)
        found, text = find(session, document_id, number)
    opened = ExitStack()
    try:
        body = opened.enter_context(held.objects.get(pictures.key_of(held, document, found, text)))
    except ObjectMissing as error:
        raise ImageMissing(f"The picture of page {number} is gone.") from error
    kind = _IMAGE_TYPES.get(PurePosixPath(body.stored.key).suffix, "application/octet-stream")
    response = Response(body.chunks(), mimetype=kind)
    response.content_length = body.stored.size
    response.headers["Cache-Control"] = "private, max-age=60"
    response.call_on_close(opened.close)
    return response


def _document(session: Session, document_id: UUID) -> models.Document:
    found = queries.document(session, caller().tenant, document_id)
    if found is None:
        raise views.missing_document()
    return found


def find(
    session: Session, document_id: UUID, number: int
) -> tuple[models.Page, models.PageText | None]:
    """A page of a document of the caller's, with its text. Raises NotFound."""
    document = _document(session, document_id)
    found = queries.page(session, document_id, number) if number <= _LARGEST else None
    if found is None:
        raise NotFound(
            f"The document has no page {number}.",
            advice="GET /v1/documents/{id}/pages lists those there are.",
            page=number,
            page_count=document.page_count,
        )
    return found
