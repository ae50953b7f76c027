"""Plain text: UTF-8, a form feed between two pages."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.assemble import joined
from pipelines.outputs.values import Choice, DocumentResult, PageResult


def render(
    document: DocumentResult, pages: Iterator[PageResult], choice: Choice
) -> Iterator[bytes]:
    """A page without text keeps its place: page n is what stands between two form feeds."""
    del document
    return (part.encode() for part in joined(page.text(choice) for page in pages))
