"""An HTTP client that sends a file until it is accepted, as a careful client does."""

from __future__ import annotations

import random
from typing import Any

import urllib3

from tests.support.pdfs import pages as pdf_of

ENDED = ("completed", "partial", "failed", "cancelled")
_SECONDS = 20.0


class Refused(Exception):
    """The API answered, and did not accept."""

    def __init__(self, status: int, problem: Any) -> None:
        super().__init__(f"{status} {problem}")
        self.status = status


class Unanswered(Exception):
    """No answer came, so nobody knows what happened."""


class Client:
    """Speaks to one API with one key; every call may raise Refused or Unanswered."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url
        self._pool = urllib3.PoolManager(
            headers={"Authorization": f"Bearer {key}"}, retries=False, maxsize=8
        )

    def ready(self) -> bool:
        """Whether the API and all that it needs answer."""
        try:
            self.request("GET", "/readyz")
        except (Refused, Unanswered):
            return False
        return True

    def submit(self, content: bytes, key: str, pages: str | None = None, **options: str) -> str:
        """The id of the document made of a file."""
        fields: dict[str, Any] = {
            "file": (f"{key}.pdf", content, "application/pdf"),
            "text_layer": "force",  # its pages are blank: nothing would be read
            **options,
        }
        if pages:
            fields["pages"] = pages
        sent = self.request(
            "POST", "/v1/documents", fields=fields, headers={"Idempotency-Key": key}
        )
        return str(sent["id"])

    def document(self, document_id: str) -> dict[str, Any]:
        """The document as it is."""
        found: dict[str, Any] = self.request("GET", f"/v1/documents/{document_id}")
        return found

    def text(self, document_id: str) -> list[str]:
        """The text of each page there is, in order."""
        text: str = self.request("GET", f"/v1/documents/{document_id}/text")
        return text.split("\f")

    def act(self, document_id: str, action: str) -> None:
        """cancel, retry or delete."""
        path = f"/v1/documents/{document_id}"
        if action == "delete":
            self.request("DELETE", path)
        else:
            self.request("POST", f"{path}/{action}")

    def request(self, method: str, path: str, **more: Any) -> Any:
        """The body of an answer: JSON, or text."""
        headers = {**self._pool.headers, **more.pop("headers", {})}
        try:
            answer = self._pool.request(
                method, self.url + path, timeout=_SECONDS, headers=headers, **more
            )
        except urllib3.exceptions.HTTPError as error:
            raise Unanswered(f"{method} {path}: {error}") from error
        is_json = "json" in answer.headers.get("Content-Type", "")
        body = answer.json() if is_json and answer.data else answer.data.decode("utf-8", "replace")
        if answer.status >= 400:
            raise Refused(answer.status, body)
        return body


def blank_pdf(count: int, rng: random.Random) -> bytes:
    """A PDF of empty pages, unlike any other."""
    pages = pdf_of(*[b"/MediaBox [0 0 200 200]"] * count)
    return pages + b"% " + rng.randbytes(16).hex().encode() + b"\n"
