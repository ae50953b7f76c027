"""A blueprint that reads bodies within bounds and documents the problems of its operations."""

from __future__ import annotations

import http
from collections import defaultdict
from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from typing import Any, TypeVar, cast

import flask_smorest
from flask import Request, request
from marshmallow import Schema
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.formparser import FormDataParser

from api.auth import authorised
from api.problems import (
    BadRequest,
    DatabaseUnavailable,
    InvalidRequest,
    MissingScope,
    Problem,
    TooLarge,
    Unauthenticated,
    UnsupportedContentType,
)

LONGEST_JSON = 64 * 1024  # bytes; far above what any operation takes
MULTIPART = "multipart"
_UNKNOWN = "Unknown field."  # marshmallow's words

View = TypeVar("View", bound=Callable[..., Any])


class BoundedParser(FlaskParser):
    """Reads JSON bodies that are small and say that they are JSON, and multipart forms."""

    def load_json(self, req: Request, schema: Schema) -> Any:
        """No body at all is an empty object.

        Raises 413, 415, or 400 for no JSON, too deep nesting, and too long a number.
        """
        if _is_empty(req):
            return {}
        if not req.is_json:
            raise _other_type(req, "application/json")
        req.max_content_length = LONGEST_JSON
        try:
            return super().load_json(req, schema)
        except (RecursionError, ValueError) as error:  # int() refuses thousands of digits
            raise BadRequest("The JSON is nested too deep, or holds too long a number.") from error

    def load_multipart(self, req: Request, schema: Schema) -> Any:
        """Fields and files together; werkzeug moves files above 500 KB to disk as they come.

        Raises 413, 415, or 400 for a form that is broken.
        """
        if req.mimetype != "multipart/form-data":
            raise _other_type(req, "multipart/form-data")
        req.form_data_parser_class = _StrictForms
        try:
            return MultiDictProxy(CombinedMultiDict([req.form, req.files]), schema)
        except UnicodeDecodeError as error:
            raise BadRequest("A name in the form, or of its file, is no UTF-8.") from error
        except ValueError as error:
            raise BadRequest("The multipart form is broken or cut off.") from error


def _is_empty(req: Request) -> bool:
    return not (req.mimetype or req.content_length or "Transfer-Encoding" in req.headers)


def _other_type(req: Request, wanted: str) -> UnsupportedContentType:
    sent = f"it is {req.mimetype[:100]}" if req.mimetype else "no Content-Type says what it is"
    return UnsupportedContentType(
        f"The body must be {wanted}; {sent}.", advice=f"Send the body as {wanted}."
    )


class _StrictForms(FormDataParser):
    """Werkzeug's own gives an empty form for a broken one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "silent": False})


BoundedParser.__location_map__ = {
    **FlaskParser.__location_map__,
    MULTIPART: "load_multipart",
}


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """One noun of the API; flask-smorest's decorators, typed."""

    ARGUMENTS_PARSER = BoundedParser(unknown=None)
    DEFAULT_LOCATION_CONTENT_TYPE_MAPPING = {  # noqa: RUF012 - flask-smorest's name and shape
        "json": "application/json",
        MULTIPART: "multipart/form-data",
    }

    def get(
        self, rule: str, parameters: list[dict[str, Any]] | None = None
    ) -> Callable[[View], View]:
        """Answer GET; `parameters` say more of the parts of the path."""
        found = self.route(rule, methods=["GET"], parameters=parameters)
        return cast(Callable[[View], View], found)

    def post(self, rule: str) -> Callable[[View], View]:
        """Answer POST."""
        return cast(Callable[[View], View], self.route(rule, methods=["POST"]))

    def delete(self, rule: str) -> Callable[[View], View]:
        """Answer DELETE."""
        return cast(Callable[[View], View], self.route(rule, methods=["DELETE"]))

    def arguments(
        self, schema: type[Schema], *, location: str = "json", **kwargs: Any
    ) -> Callable[[View], View]:
        """Read what the client sent with `schema`."""
        found = super().arguments(schema, location=location, **kwargs)
        return cast(Callable[[View], View], found)

    def response(
        self, status_code: int, schema: Any = None, **kwargs: Any
    ) -> Callable[[View], View]:
        """Answer with `schema`."""
        return cast(Callable[[View], View], super().response(status_code, schema, **kwargs))

    def doc(self, **kwargs: Any) -> Callable[[View], View]:
        """Say more of an operation than the other decorators can."""
        return cast(Callable[[View], View], super().doc(**kwargs))

    def alt_response(
        self, status_code: int, *, schema: Any, description: str
    ) -> Callable[[View], View]:
        """Document another answer."""
        found = super().alt_response(status_code, schema=schema, description=description)
        return cast(Callable[[View], View], found)

    def operation(self, scope: str | None, *problems: type[Problem]) -> Callable[[View], View]:
        """Guard a view by `scope` (None: open to all) and document what it can answer instead."""

        def decorate(view: View) -> View:
            told: list[type[Problem]] = list(problems)
            if scope is not None:
                told += [Unauthenticated, MissingScope, DatabaseUnavailable]
            parameters = _parameters(view)
            if scope is not None or parameters:
                told.append(InvalidRequest)
            if {"json", MULTIPART} & {parameter["in"] for parameter in parameters}:
                told += [TooLarge, UnsupportedContentType]
            documented: View = self.doc(
                responses=_responses(told),
                security=[] if scope is None else [{"key": []}],
                **({} if scope is None else {"x-scope": scope}),
            )(view)
            if scope is None:
                return documented
            asks = any(parameter["in"] == "query" for parameter in parameters)
            return authorised(scope)(documented if asks else _without_query(documented))

        return decorate

    def _prepare_arguments_doc(
        self, doc: dict[str, Any], doc_info: dict[str, Any], **kwargs: Any
    ) -> Any:
        # The reference to a 422 response that flask-smorest adds would collide with ours.
        told = deepcopy(doc_info)
        told.get("arguments", {}).pop("responses", None)
        return super()._prepare_arguments_doc(doc, told, **kwargs)


def _without_query(view: View) -> View:
    """Refuse what stands behind a question mark, as operations do that take some of it."""

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if request.args:
            raise InvalidRequest(
                f"query.{next(iter(request.args))[:64]}: {_UNKNOWN}",
                errors=[
                    {"where": f"query.{name[:64]}", "detail": _UNKNOWN} for name in request.args
                ][:50],
            )
        return view(*args, **kwargs)

    return cast(View, checked)


def _parameters(view: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", [])
    )
    return found


def _responses(problems: list[type[Problem]]) -> dict[str, Any]:
    """OpenAPI responses, one a status, with an example a problem."""
    by_status: dict[int, dict[str, type[Problem]]] = defaultdict(dict)
    for problem in problems:
        by_status[problem.status][problem.code] = problem
    described = {
        str(status): _response(http.HTTPStatus(status).phrase, kinds)
        for status, kinds in sorted(by_status.items())
    }
    return {**described, "default": _response("Any other problem", {Problem.code: Problem})}


def _response(phrase: str, kinds: dict[str, type[Problem]]) -> dict[str, Any]:
    examples = {
        code: {"summary": kind.title, "value": kind(_sentence(kind)).body("/v1/documents", "9f3c")}
        for code, kind in kinds.items()
    }
    return {
        "description": f"{phrase}: {', '.join(kinds)}",
        "content": {
            "application/problem+json": {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": examples,
            }
        },
    }


def _sentence(kind: type[Problem]) -> str:
    return (kind.__doc__ or kind.title).strip().splitlines()[0]
