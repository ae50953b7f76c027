"""The options of a document as the pipeline takes them."""

from __future__ import annotations

from pydantic import TypeAdapter

from pipelines.values import Options
from store.claims import Source

_ADAPTER = TypeAdapter(Options)


def options_of(source: Source) -> Options:
    """Read back what the API checked and kept. Raises pydantic's ValidationError."""
    return _ADAPTER.validate_python(source.options)
