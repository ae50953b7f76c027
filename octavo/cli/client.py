"""A client of Octavo's HTTP API, as small as the command line needs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3

from octavo.cli import exits
from octavo.cli.exits import Failure

ENDED = frozenset(exits.OF_STATE)
LONGEST_WAIT = 30.0  # seconds the API holds an answer back
_LARGEST_PART = 200  # documents in one answer
_MARGIN_SECONDS = 15.0
_MOST_ASKED = 20  # times for a file that is being made; the API holds each answer back


class Unreachable(Failure):
    """Nobody answers at the address."""

    def __init__(self, url: str, cause: object) -> None:
        super().__init__(
            f"Octavo does not answer at {url} ({cause}). Start it with: make up", exits.UNAVAILABLE
        )


class Refused(Failure):
    """The API answered with a problem."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(_sentence(status, problem), _exit_code(status))
        self.status = status
        self.code = str(problem.get("code", ""))


@dataclass(frozen=True, slots=True)
class Text:
    """What a document has as text, and the state it was in."""

    text: str  # a form feed between two pages
    state: str


class Client:
    """Speaks to one Octavo with one key; every call may raise Unreachable or Refused."""

    def __init__(self, url: str, api_key: str) -> None:
        self._url = url.rstrip("/")
        self._pool = urllib3.PoolManager(
            headers={"Authorization": f"Bearer {api_key}"}, retries=False
        )

    def submit(self, path: Path, options: Mapping[str, str]) -> dict[str, Any]:
        """Upload a file; the new document. `options`: languages, pages, text_layer, engine."""
        with path.open("rb") as file:
            fields = {**options, "file": (path.name, file.read(), "application/octet-stream")}
        # A refusal ends the connection; the next upload must not find it.
        headers = {**self._pool.headers, "Connection": "close"}
        return self._json("POST", "/v1/documents", fields=fields, headers=headers, timeout=120)

    def document(self, document_id: str, wait: float = 0) -> dict[str, Any]:
        """The document as it is; `wait`: seconds to hold on for its end, at most LONGEST_WAIT."""
        return self._json(
            "GET",
            f"/v1/documents/{document_id}",
            fields={"wait": f"{wait:g}"},
            timeout=wait + _MARGIN_SECONDS,
        )

    def cancel(self, document_id: str) -> dict[str, Any]:
        """Stop a document; its pages that are done stay."""
        return self._json("POST", f"/v1/documents/{document_id}/cancel", timeout=30)

    def retry(self, document_id: str) -> dict[str, Any]:
        """Read the pages again that are not done."""
        return self._json("POST", f"/v1/documents/{document_id}/retry", timeout=30)

    def reocr(self, document_id: str, page: int, options: Mapping[str, str]) -> dict[str, Any]:
        """Have one page read again; where to look. `options`: languages, text_layer, engine."""
        asked: dict[str, Any] = dict(options)
        if "languages" in asked:
            asked["languages"] = [asked["languages"]]
        path = f"/v1/documents/{document_id}/pages/{page}/reocr"
        return self._json("POST", path, json=asked, timeout=30)

    def page(self, document_id: str, number: int) -> dict[str, Any]:
        """One page with its text and word boxes."""
        return self._json("GET", f"/v1/documents/{document_id}/pages/{number}", timeout=60)

    def versions(self, document_id: str, page: int) -> list[dict[str, Any]]:
        """The texts that a page has, the newest first."""
        path = f"/v1/documents/{document_id}/pages/{page}/versions"
        found: list[dict[str, Any]] = self._json("GET", path, timeout=60)["items"]
        return found

    def restore(self, document_id: str, page: int, version: int) -> dict[str, Any]:
        """Make an older text of a page count again; the page."""
        path = f"/v1/documents/{document_id}/pages/{page}/versions/{version}/restore"
        return self._json("POST", path, timeout=30)

    def delete(self, document_id: str) -> None:
        """Remove a document for good."""
        self._request("DELETE", f"/v1/documents/{document_id}", timeout=30)

    def text(self, document_id: str) -> str:
        """Text of the pages there are, a form feed between two."""
        return self.text_so_far(document_id).text

    def text_so_far(self, document_id: str) -> Text:
        """The same with the state of the document, which says whether more will come."""
        response = self._request("GET", f"/v1/documents/{document_id}/text", timeout=120)
        return Text(response.data.decode("utf-8"), response.headers["Octavo-State"])

    def result(self, document_id: str, suffix: str, text: str | None = None) -> bytes:
        """A document's result as a file of that format; waits for one that is being made.

        `text`: raw or clean, of txt and md.
        """
        path = f"/v1/documents/{document_id}/result.{suffix}"
        fields = {"text": text} if text else {}
        for _ in range(_MOST_ASKED):
            try:
                return self._request("GET", path, fields=fields, timeout=120).data
            except Refused as refused:
                if refused.code != "being_made":
                    raise
        raise Failure(f"The {suffix} is still being made. Ask again later.", exits.UNAVAILABLE)

    def documents(self, limit: int, state: str | None = None) -> Iterator[dict[str, Any]]:
        """Documents this key may see, newest first, `limit` at most; `state`: only those."""
        fields = {"state": state} if state else {}
        cursor: str | None = ""
        while limit > 0 and cursor is not None:
            asked = {**fields, "limit": str(min(limit, _LARGEST_PART))}
            asked |= {"cursor": cursor} if cursor else {}
            part = self._json("GET", "/v1/documents", fields=asked, timeout=60)
            yield from part["items"]
            limit -= len(part["items"])
            cursor = part["next"]

    def pages(self, document_id: str) -> Iterator[dict[str, Any]]:
        """Every page with its text and word boxes."""
        after: int | None = 0
        while after is not None:
            path = f"/v1/documents/{document_id}/pages"
            part = self._json("GET", path, fields={"after": str(after)}, timeout=60)
            for page in part["items"]:
                yield self._json("GET", f"{path}/{page['number']}", timeout=60)
            after = part["next"]

    def _json(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        found = self._request(method, path, **more).json()
        if not isinstance(found, dict):
            raise Failure(f"{self._url}{path} did not answer with an object: is it Octavo?")
        return found

    def _request(self, method: str, path: str, **more: Any) -> urllib3.BaseHTTPResponse:
        try:
            response = self._pool.request(method, self._url + path, **more)
        except urllib3.exceptions.HTTPError as error:
            raise Unreachable(self._url, _cause(error)) from error
        if response.status >= 400:
            raise Refused(response.status, _problem(response))
        return response


def _problem(response: urllib3.BaseHTTPResponse) -> dict[str, Any]:
    try:
        found = response.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def _sentence(status: int, problem: Mapping[str, Any]) -> str:
    """What happened and what to do, at a shell: the API's advice is for those who speak HTTP."""
    said = str(problem.get("detail") or problem.get("title") or f"HTTP status {status}")
    advice = str(problem.get("advice") or "")
    if status == 401:
        said = "This Octavo does not know the API key."
        advice = "Set OCTAVO_API_KEY to one of its keys; octavo keys create makes one."
    elif status == 404:
        advice = _of_missing(problem)
    elif isinstance(there := problem.get("available"), list):
        advice = f"There are: {', '.join(map(str, there))}."
    return f"{said} {advice}".rstrip()


def _of_missing(problem: Mapping[str, Any]) -> str:
    if "version" in problem:
        return "octavo versions lists those there are."
    if "page" in problem:
        pages = problem.get("page_count")
        return f"Pages read: {pages}." if pages else "Its pages are not known yet."
    return "Check the id; octavo list shows what this key may see."


def _cause(error: urllib3.exceptions.HTTPError) -> str:
    causes = {
        urllib3.exceptions.NewConnectionError: "connection refused",
        urllib3.exceptions.TimeoutError: "no answer in time",
        urllib3.exceptions.ProtocolError: "the connection broke off",
    }
    said = (words for kind, words in causes.items() if isinstance(error, kind))
    return next(said, type(error).__name__)


def _exit_code(status: int) -> int:
    if status in (401, 403):
        return exits.NO_PERMISSION
    return exits.UNAVAILABLE if status >= 500 else exits.REFUSED
