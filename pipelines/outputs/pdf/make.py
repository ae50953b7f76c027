"""Make a searchable PDF of a document's file and the layers of its pages."""

from __future__ import annotations

from pathlib import Path

from pipelines import media
from pipelines.confine import confined
from pipelines.outputs.pdf import book
from pipelines.outputs.pdf.searchable import add_layers
from pipelines.values import Limits


def make(
    source: Path, media_type: str, layers: Path, scratch: Path, limits: Limits, seconds: float
) -> Path:
    """The finished file, within `scratch`, an empty directory; `layers` is a `layer_file`.

    All parsing is done in confined children with `limits.memory_bytes`, in `seconds` for each of
    two steps. Raises DocumentRejected and PageFailed as they do: INVALID_PDF, INVALID_IMAGE,
    ENCRYPTED, SIGNED, PAGE_TOO_LARGE, RESOURCE_LIMIT, TIMEOUT.
    """
    if media_type != media.PDF:
        pictures = _empty(scratch / "pictures.pdf")
        confined(
            book.write,
            source,
            media_type,
            pictures,
            limits,
            limits=limits,
            seconds=seconds,
            writable=(pictures,),
        )
        source = pictures
    target = _empty(scratch / "searchable.pdf")
    confined(add_layers, source, layers, target, limits=limits, seconds=seconds, writable=(target,))
    return target


def _empty(path: Path) -> Path:
    """The file has to be there before the child is confined to it."""
    path.touch()
    return path
