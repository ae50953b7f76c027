"""Turn whatever went wrong into a problem document."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask, Response, g, request
from gunicorn.http.errors import ParseException
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from api import problems
from octavo.telemetry.logs import get_logger
from store import objects

MEDIA_TYPE = "application/problem+json"

_log = get_logger(__name__)

_BY_STATUS: dict[int, tuple[type[problems.Problem], str]] = {
    400: (problems.BadRequest, "The request cannot be understood."),
    404: (problems.NoSuchPath, "There is nothing at this address."),
    413: (problems.TooLarge, "The request is larger than this server accepts."),
    415: (problems.UnsupportedContentType, "The Content-Type of the body is not supported."),
}


def answer(problem: problems.Problem) -> Response:
    """The response that tells of a problem."""
    body = problem.body(request.path, g.get("request_id", ""))
    # What a client sent may come back in the sentences, lone surrogates included.
    told = json.dumps(body, ensure_ascii=False).encode(errors="replace")
    response = Response(told, status=problem.status, mimetype=MEDIA_TYPE)
    response.headers.update(problem.headers)
    return response


def of_http(error: HTTPException) -> Response:
    """A problem for what Flask, werkzeug or webargs raised."""
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(error.valid_methods or ()))
        detail = f"{request.method} is not possible here; {allowed or 'no other method'} is."
        return answer(problems.MethodNotAllowed(detail, headers={"Allow": allowed}))
    messages = getattr(error, "data", {}).get("messages")
    if error.code == 422 and messages is not None:
        return answer(of_fields(messages))
    kind, detail = _BY_STATUS.get(error.code or 500, (None, ""))
    if kind is not None:
        return answer(kind(detail))
    if error.code is not None and 400 <= error.code < 500:
        return answer(problems.BadRequest(str(error.description)))
    return of_fault(error)


def of_fields(messages: dict[str, Any]) -> problems.InvalidRequest:
    """The problem for fields that marshmallow refused, each named by where it stands."""
    errors = [
        {"where": where, "detail": detail}
        for location, fields in messages.items()
        for where, detail in _flat(location, fields)
    ]
    first = f"{errors[0]['where']}: {errors[0]['detail']}" if errors else "A field is not valid."
    return problems.InvalidRequest(first, errors=errors[:50])


def of_objects(error: objects.ObjectError) -> Response:
    """A problem for an object store that did not do its part."""
    if isinstance(error, objects.TooLarge):
        return answer(problems.TooLarge(error.message))
    if isinstance(error, objects.PresignUnsupported):
        return answer(problems.PresignUnsupported("Objects are kept in a directory here."))
    if isinstance(error, objects.ObjectStoreUnavailable):
        _log.error("api.object_store_unavailable", error=error.message)
        return answer(problems.ObjectStoreUnavailable("The object store does not answer."))
    return of_fault(error)


def of_framing(error: ParseException) -> Response:
    """A problem for a chunked body that is not one."""
    return answer(problems.BadRequest(f"{str(error)[:200]}."))


def of_database(error: Exception) -> Response:
    """A problem for a database that is away or too slow."""
    _log.error("api.database_unavailable", error=str(getattr(error, "orig", error)).strip())
    return answer(problems.DatabaseUnavailable("The database does not answer."))


def of_fault(error: Exception) -> Response:
    """A problem for what nobody foresaw; only the log learns what it was."""
    _log.error("api.request_failed", exc_info=error, path=request.path, method=request.method)
    return answer(problems.Internal("The server made an error."))


def register(app: Flask) -> None:
    """Answer every error of `app` with a problem; HTTPException is registered by `openapi.Api`."""
    app.register_error_handler(problems.Problem, answer)
    app.register_error_handler(objects.ObjectError, of_objects)
    for kind in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(kind, of_database)
    app.register_error_handler(ParseException, of_framing)
    app.register_error_handler(Exception, of_fault)


def _flat(where: str, found: Any) -> list[tuple[str, str]]:
    """(place, words) of every message in marshmallow's nested answer."""
    if isinstance(found, dict):
        return [
            pair
            for name, inner in found.items()
            for pair in _flat(where if name == "_schema" else f"{where}.{str(name)[:64]}", inner)
        ]
    if isinstance(found, list):
        return [pair for inner in found for pair in _flat(where, inner)]
    return [(where, str(found))]
