"""What an engine must offer, so that any can stand in for another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from pipelines.values import Corners, Raster, Recognition, Stance


class Rasterizer(Protocol):
    """Turns a page of a PDF into pixels; always run inside `pipelines.confine`."""

    name: str
    spawns: bool  # starts programs of its own, so its sandbox must let it

    @property
    def version(self) -> str:
        """Version of the engine, without its name."""

    def rasterize(
        self, source: Path, page: int, *, dpi: float, max_pixels: int, seconds: int
    ) -> Raster:
        """Page `page` (1-based) as 8-bit gray at `dpi`, turned as its own rotation says.

        Raises PageFailed: PAGE_TOO_LARGE above `max_pixels`, RENDER_FAILED when the page cannot be
        drawn, TIMEOUT after `seconds` where the engine is a program of its own.
        """


class Recognizer(Protocol):
    """Turns pixels into words and text."""

    name: str
    in_process: bool  # False: a program of its own, whose death the caller survives
    upright: float  # mean confidence from which a page in the letters asked for lies upright

    @property
    def version(self) -> str:
        """Version of the engine, without its name."""

    def languages(self) -> tuple[str, ...]:
        """Codes this engine can read with the data that is installed and not damaged, sorted."""

    def recognize(
        self, raster: Raster, languages: tuple[str, ...], *, seconds: float
    ) -> Recognition:
        """The text of `raster` within `seconds` (more than 0), give or take a step of the engine.

        Lines are joined by LF, paragraphs by an empty line.

        Raises PipelineError LANGUAGE_MISSING, LanguageDamaged where the data of any of `languages`
        is, and PageFailed ENGINE_FAILED or TIMEOUT.
        """

    def stance(self, raster: Raster, *, seconds: float) -> Stance | None:
        """Which way up the page lies and in which script it is; None: cannot tell.

        `seconds` bounds an engine that can be interrupted; others take no longer for it than for
        reading the page. Raises PageFailed.
        """


class Rereader(Recognizer, Protocol):
    """A recognizer that can be shown parts of a page that another one has read."""

    def reread(
        self,
        raster: Raster,
        spots: Sequence[Corners],
        languages: tuple[str, ...],
        *,
        seconds: float,
    ) -> Recognition:
        """What stands in `spots` of an upright `raster`, each a part of one line.

        Raises as `recognize` does.
        """
