"""JSON Lines: a page a line, each an object as in the JSON result."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.outputs.json_pages import dumped, page_object
from pipelines.outputs.values import Choice, DocumentResult, PageResult


def render(
    document: DocumentResult, pages: Iterator[PageResult], choice: Choice
) -> Iterator[bytes]:
    """Every page has its line, those without text with the reason."""
    del document, choice
    return (dumped(page_object(page)) + b"\n" for page in pages)
