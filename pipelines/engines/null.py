"""A rasterizer and a recognizer that need nothing, for tests of everything around them."""

from __future__ import annotations

from pathlib import Path

from pipelines.errors import PageFailed, Reason
from pipelines.values import Box, Raster, Recognition, Stance, Word

WIDTH, HEIGHT = 64, 32


class NullRasterizer:
    """Draws the page's number, four bytes big-endian, into the first pixels of a white page."""

    name = "null"
    spawns = False
    version = "1"

    def rasterize(
        self, source: Path, page: int, *, dpi: float, max_pixels: int, seconds: int
    ) -> Raster:
        if not source.is_file():
            raise PageFailed(Reason.RENDER_FAILED, f"There is no file {source.name}.")
        if max_pixels < WIDTH * HEIGHT:
            raise PageFailed(
                Reason.PAGE_TOO_LARGE, f"Page {page} has more than {max_pixels} pixels."
            )
        pixels = page.to_bytes(4, "big") + b"\xff" * (WIDTH * HEIGHT - 4)
        return Raster(WIDTH, HEIGHT, dpi, pixels)


class NullRecognizer:
    """Reads the number back: two lines, `page N` and `null`, a paragraph each."""

    name = "null"
    version = "1"
    upright = 0.0  # its pages have no other side

    def __init__(self, *, in_process: bool = True) -> None:
        self.in_process = in_process

    def languages(self) -> tuple[str, ...]:
        return ("eng", "spa")

    def recognize(
        self, raster: Raster, languages: tuple[str, ...], *, seconds: float
    ) -> Recognition:
        number = str(int.from_bytes(raster.pixels[:4], "big"))
        words = (
            Word("page", Box(0, 0, 30, 8), 1.0, 0),
            Word(number, Box(34, 0, 64, 8), 1.0, 0),
            Word("null", Box(0, 22, 30, 30), 1.0, 1),
        )
        return Recognition(
            text=f"page {number}\n\nnull",
            words=words,
            confidence=1.0,
            width=raster.width,
            height=raster.height,
            dpi=raster.dpi,
            engine="null",
            languages=languages,
        )

    def stance(self, raster: Raster, *, seconds: float) -> Stance | None:
        return None
