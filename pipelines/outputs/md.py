"""Markdown: the pages as `pipelines.outputs.markdown` writes them, a comment before each."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.outputs.markdown import markdown
from pipelines.outputs.values import Choice, DocumentResult, PageResult


def render(
    document: DocumentResult, pages: Iterator[PageResult], choice: Choice
) -> Iterator[bytes]:
    """What was read is text: nothing in it becomes a heading, a list, a link or HTML."""
    del document
    for index, page in enumerate(pages):
        yield ("\n" if index else "").encode() + f"<!-- {_said(page)} -->\n".encode()
        text = page.text(choice)
        if text:
            lines = text.replace("\f", "\n")
            size = {"width": page.width or 0, "height": page.height or 0}
            body = markdown(page.words, page.blocks, lines, turn=page.turn, **size)
            yield f"\n{body}\n".encode()


def _said(page: PageResult) -> str:
    return f"page {page.number}" + (f": not read ({page.why.code})" if page.why else "")
