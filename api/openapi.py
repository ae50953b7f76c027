"""The OpenAPI document: served at /openapi.json, kept in docs/openapi.json.

``python -m api`` prints it; a test compares it with the kept one.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any

import flask_smorest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from api import errors
from api.schemas.base import ProblemSchema

DESCRIPTION = """\
Octavo reads PDFs and page images and gives back their text.

Send a file to `POST /v1/documents`, follow it with `GET /v1/documents/{id}?wait=30`, read
`GET /v1/documents/{id}/text`. Pages can be read while others are still being worked on.

Every error is a problem after RFC 9457 (`application/problem+json`) with a stable `code`, whether
the same request may succeed later (`retryable`), and what to do (`advice`).

Every path under `/v1` needs `Authorization: Bearer <key>`. A key has scopes: `read`, `write`, and
`admin`, which holds both. `/livez`, `/readyz`, `/version`, `/metrics`, `/openapi.json`, `/docs`
and `/problems` are open.
"""


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest, with problems for errors."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_ERROR_RESPONSE_NAME = None  # every operation documents its own problems

    def _register_pagination_header(self) -> None:
        """Nothing: listings here go by cursors, not by flask-smorest's page numbers."""

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Answer with a problem."""
        return errors.of_http(error)


def describe(app: Flask) -> Api:
    """The API of an application, before its blueprints are registered."""
    app.config.update(
        API_TITLE="Octavo",
        API_VERSION=version("octavo"),
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = Api(app, spec_kwargs={"info": {"description": DESCRIPTION}})
    api.spec.components.security_scheme(
        "key",
        {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key: `octavo keys create` makes one and shows it once.",
        },
    )
    app.extensions["octavo.openapi"] = api
    return api


def document(app: Flask) -> dict[str, Any]:
    """The OpenAPI document of an application."""
    api: Api = app.extensions["octavo.openapi"]
    described: dict[str, Any] = api.spec.to_dict()
    return described


def text(app: Flask) -> str:
    """The document as it is kept in ``docs/openapi.json``."""
    return json.dumps(document(app), indent=2, ensure_ascii=False) + "\n"
