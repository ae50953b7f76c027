"""Pages for people: the API at /docs, each problem at /problems/<code>; no script, no CDN."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as BaseResponse

from api import openapi
from api.problems import NotFound, catalogue

blueprint = Blueprint("explain", __name__, template_folder="templates")

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
_METHODS = ("get", "post", "delete")
_SHOWN = {"document_id": "$ID", "number": "1", "suffix": "txt", "version": "1"}
_PLAIN = str.maketrans("/", "-", "{}")  # of a path, as a part of an address


@blueprint.app_template_filter("code")
def code(words: str) -> Markup:
    """Words in which what stands between backticks is shown as code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(words))))  # noqa: S704 - escaped


@blueprint.get("/")
def start() -> BaseResponse:
    """Lead people to the documentation."""
    return redirect("/docs")


@blueprint.get("/docs")
def docs() -> Response:
    """Show every operation, its parameters, bodies and problems."""
    described = openapi.document(current_app)
    return _page("docs.html.jinja", spec=described, operations=_operations(described))


@blueprint.get("/problems")
def problems() -> Response:
    """Show every problem there is."""
    return _page("problems.html.jinja", problems=list(catalogue().values()))


@blueprint.get("/problems/<code>")
def problem(code: str) -> Response:
    """Explain one problem."""
    found = catalogue().get(code)
    if found is None:
        raise NotFound(f"There is no problem called {code[:64]!r}.")
    return _page("problems.html.jinja", problems=[found])


@blueprint.get("/docs.css")
def style() -> Response:
    """The style of these pages."""
    response = Response(files("api").joinpath("static/docs.css").read_bytes(), mimetype="text/css")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _page(template: str, **values: Any) -> Response:
    response = Response(render_template(template, **values), mimetype="text/html")
    response.headers["Content-Security-Policy"] = CSP
    return response


def _operations(described: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Operations by tag, each with its method, its path and a line for curl."""
    grouped: dict[str, list[dict[str, Any]]] = {}
    for path, item in described["paths"].items():
        shared = item.get("parameters", [])
        for method in _METHODS:
            operation = item.get(method)
            if operation is None:
                continue
            shown = {
                **operation,
                "method": method.upper(),
                "path": path,
                "anchor": f"{method}{path}".translate(_PLAIN),
                "parameters": shared + operation.get("parameters", []),
                "curl": _curl(method, path, operation, described),
            }
            grouped.setdefault(operation["tags"][0], []).append(shown)
    return grouped


def _curl(method: str, path: str, operation: dict[str, Any], described: dict[str, Any]) -> str:
    """A command that tries the operation; OCTAVO_URL and OCTAVO_API_KEY are in the environment."""
    words = ["curl -sS"]
    if method != "get":
        words.append(f"-X {method.upper()}")
    if operation.get("security"):
        words.append('-H "Authorization: Bearer $OCTAVO_API_KEY"')
    content = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        words.append("-F file=@scan.pdf -F languages=eng")
    if "application/json" in content:
        body = json.dumps(_sample(content["application/json"]["schema"], described))
        words.append(f"-H 'Content-Type: application/json' -d '{body}'")
    shown = path
    for name, value in _SHOWN.items():
        shown = shown.replace(f"{{{name}}}", value)
    return " ".join([*words, f'"$OCTAVO_URL{shown}"'])


def _sample(schema: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    """The examples of the fields that a body must have; of the first where it must have none."""
    found = described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    names = found.get("required") or list(found["properties"])[:1]
    return {name: found["properties"][name]["example"] for name in names}
