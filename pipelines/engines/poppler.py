"""The pdf2image rasterizer: Poppler's pdftoppm, where the system has it."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cached_property
from pathlib import Path

import pdf2image
from pdf2image import exceptions

from pipelines import pdf
from pipelines.errors import PageFailed, Reason
from pipelines.values import Raster

PROGRAM = "pdftoppm"


class Poppler:
    """PGM rather than the library's PNG default, which is ten times slower."""

    name = "pdf2image"
    spawns = True

    @cached_property
    def version(self) -> str:
        banner = subprocess.run(
            [PROGRAM, "-v"], capture_output=True, text=True, check=False, timeout=10
        ).stderr
        found = re.search(r"version (\S+)", banner)
        return found[1] if found else "unknown"

    def rasterize(
        self, source: Path, page: int, *, dpi: float, max_pixels: int, seconds: int
    ) -> Raster:
        try:
            images = pdf2image.convert_from_path(
                source,
                dpi=max(1, round(dpi)),
                first_page=page,
                last_page=page,
                fmt="ppm",
                grayscale=True,
                use_cropbox=True,
                timeout=seconds,
            )
        except exceptions.PDFPopplerTimeoutError as error:
            raise PageFailed(
                Reason.TIMEOUT, f"Page {page} took more than {seconds} s to draw."
            ) from error
        except (
            exceptions.PDFPageCountError,
            exceptions.PDFSyntaxError,
            ValueError,
            OSError,
        ) as error:
            raise PageFailed(
                Reason.RENDER_FAILED, f"Poppler cannot draw page {page}: {_first_line(error)}"
            ) from error
        if not images:
            raise PageFailed(Reason.RENDER_FAILED, f"Poppler gave no image of page {page}.")
        image = images[0].convert("L")
        if image.width * image.height > max_pixels * 1.01:
            raise PageFailed(
                Reason.PAGE_TOO_LARGE, f"Page {page} has more than {max_pixels} pixels."
            )
        raster = Raster(image.width, image.height, float(max(1, round(dpi))), image.tobytes())
        return pdf.undamaged(raster, source, page)


def present() -> bool:
    """Whether Poppler's program is on the PATH."""
    return shutil.which(PROGRAM) is not None


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
