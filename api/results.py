"""Results of a document as files, in the format that the path's suffix names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain, groupby
from typing import Any
from uuid import UUID

from flask import Response, request

from api import filenames, readings, searchable, views
from api.auth import caller
from api.blueprint import Blueprint
from api.problems import (
    BeingMade,
    InvalidRequest,
    NoPdf,
    NoSuchFormat,
    NotEnded,
    NotFound,
    NothingRead,
    ObjectStoreUnavailable,
)
from api.schemas.results import ResultQuery
from api.services import Services, services
from octavo import __version__
from pipelines.outputs.formats import FORMATS, NAMES, PDF, Format
from pipelines.outputs.values import Choice
from store import queries
from store.models import Document
from store.states import ENDED

blueprint = Blueprint(
    "results",
    __name__,
    url_prefix="/v1/documents/<uuid:document_id>",
    description="What was read, as files.",
)

_SPANS_SHOWN = 100  # of missing pages, in a header

_CONTENT = {
    **{
        kind.media_type.partition(";")[0]: {"schema": {"type": "string"}}
        for kind in FORMATS.values()
    },
    searchable.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}},
}
_SAID = " ".join(
    [
        *(f"{name}: {kind.says}." for name, kind in FORMATS.items()),
        f"{PDF}: the original, searchable, with the text as an invisible layer.",
    ]
)
_HEADERS = {
    "Content-Disposition": "An attachment, named after the file that was sent.",
    "ETag": "Changes with the text of any page; none while the document runs.",
    "Octavo-State": "State of the document when the answer began.",
    "Octavo-Missing-Pages": "Pages that were asked for and have no text, such as 3,7-9.",
}


@blueprint.get(
    "/result.<string:suffix>",
    parameters=[
        {
            "name": "suffix",
            "in": "path",
            "required": True,
            "description": _SAID,
            "schema": {"type": "string", "enum": list(NAMES)},
        }
    ],
)
@blueprint.operation(
    "read",
    NotFound,
    NoSuchFormat,
    NotEnded,
    NothingRead,
    NoPdf,
    BeingMade,
    ObjectStoreUnavailable,
)
@blueprint.arguments(ResultQuery, location="query")
@blueprint.response(200)
@blueprint.doc(
    responses={
        "200": {
            "description": "The result as a file.",
            "content": _CONTENT,
            "headers": {
                name: {"description": said, "schema": {"type": "string"}}
                for name, said in _HEADERS.items()
            },
        },
        "304": {"description": "As If-None-Match has it."},
    }
)
def result(asked: dict[str, Any], document_id: UUID, suffix: str) -> Response:
    """Read a document's result in one format.

    While the document runs, txt and jsonl have what there is so far; the others wait for its end.
    Pages without text keep their place, and Octavo-Missing-Pages names them. A PDF is made when it
    is first asked for, which may take a while: then the answer is being_made, with Retry-After.
    """
    if suffix not in NAMES:
        raise NoSuchFormat(f"There is no result.{suffix[:20]}.", available=list(NAMES))
    kind = FORMATS.get(suffix)
    choice = _choice(asked, suffix, kind)
    held = services()
    with held.database.begin() as session:
        found = queries.document(session, caller().tenant, document_id)
        if found is None:
            raise views.missing_document()
        missing = queries.missing_pages(session, document_id)
        edition = queries.edition(session, document_id)
    _check(found, kind)
    tag = _tag(found, edition, suffix, choice) if found.state in ENDED else None
    if tag and request.if_none_match.contains_weak(tag):
        answer = Response(status=304)
    else:
        answer = (
            Response(_body(held, found, missing, kind, choice), content_type=kind.media_type)
            if kind
            else _pdf(held, found, tag or "")
        )
        answer.headers["Content-Disposition"] = filenames.attachment(found.filename, suffix)
        answer.headers["Octavo-State"] = found.state
        if missing and found.state in ENDED:
            answer.headers["Octavo-Missing-Pages"] = spans(missing)
    _cached(answer, tag)
    return answer


def spans(numbers: Any) -> str:
    """Rising numbers as 3,7-9; an ellipsis ends a list that would be too long for a header."""
    parts = []
    for _, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        parts.append(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}")
    more = [] if len(parts) <= _SPANS_SHOWN else ["..."]
    return ",".join(parts[:_SPANS_SHOWN] + more)


def _choice(asked: dict[str, Any], suffix: str, kind: Format | None) -> Choice:
    if "text" in asked and not (kind and kind.chooses):
        detail = f"result.{suffix} has no choice of text: leave it out."
        raise InvalidRequest(
            f"query.text: {detail}", errors=[{"where": "query.text", "detail": detail}]
        )
    return Choice(asked.get("text", Choice.CLEAN))


def _check(found: Document, kind: Format | None) -> None:
    if found.state not in ENDED:
        if not (kind and kind.grows):
            raise NotEnded(f"The document is {found.state}.", state=found.state)
    elif not found.page_count:
        reasons = views.document(found, [])["reasons"]
        detail = found.detail or "It ended before its pages were known."
        raise NothingRead(detail, state=found.state, reasons=reasons)


def _body(
    held: Services, found: Document, missing: Any, kind: Format, choice: Choice
) -> Iterator[bytes]:
    """The result in pieces, the first one made already: what fails at once fails as a problem."""
    pages = readings.pages(held, found, words=kind.words)
    pieces = kind.render(readings.head(found, missing), pages, choice)
    first = next(pieces, None)
    return iter(()) if first is None else chain((first,), pieces)


def _pdf(held: Services, found: Document, edition: str) -> Response:
    """Streamed from the object store, where it is kept once it was made."""
    key = searchable.key_of(held, found, edition)
    opened = ExitStack()
    body = opened.enter_context(held.objects.get(key))
    answer = Response(body.chunks(), mimetype=searchable.MEDIA_TYPE)
    answer.content_length = body.stored.size
    answer.call_on_close(opened.close)
    return answer


def _tag(found: Document, edition: tuple[int, int], suffix: str, choice: Choice) -> str:
    """Names these very bytes: of this reading, in this format, by this version of the renderer."""
    of = (found.id, found.generation, found.state, edition, suffix, choice, __version__)
    return hashlib.sha256(repr(of).encode()).hexdigest()[:32]


def _cached(answer: Response, tag: str | None) -> None:
    """A client may keep it for itself, and asks whether it is still so; no cache between may."""
    if tag is None:
        answer.headers["Cache-Control"] = "no-store"
        return
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Vary"] = "Authorization"
