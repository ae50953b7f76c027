"""What this deployment lets a page or a file cost, as the pipelines take it."""

from __future__ import annotations

from octavo.settings import Settings
from pipelines.values import Limits, Preparation


def limits(settings: Settings) -> Limits:
    """The bounds and preparations that `settings` name; the pipelines know no settings."""
    return Limits(
        max_pages=settings.max_pages,
        max_page_pixels=settings.max_page_pixels,
        render_seconds=settings.render_seconds,
        recognize_seconds=settings.recognize_seconds,
        memory_bytes=settings.child_memory_bytes,
        escalate_below=settings.escalate_below,
        preparation=Preparation(
            straighten=settings.straighten, rescale=settings.rescale, whiten=settings.whiten
        ),
    )
