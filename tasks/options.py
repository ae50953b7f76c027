"""The options of a document, and its pages, as the pipeline takes them."""

from __future__ import annotations

from pydantic import TypeAdapter

from pipelines.values import Options, PageInfo
from store.claims import PageClaim, Source

_OPTIONS = TypeAdapter(Options)
_PAGE = TypeAdapter(PageInfo)


def options_of(source: Source) -> Options:
    """Read back what the API checked and kept. Raises pydantic's ValidationError."""
    return _OPTIONS.validate_python(source.options)


def page_of(claim: PageClaim) -> PageInfo:
    """Read back what was seen of a page so far. Raises pydantic's ValidationError."""
    return _PAGE.validate_python(claim.page)
