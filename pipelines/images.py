"""Pages that are images: their sizes and pixels by Pillow; runs inside `pipelines.confine`."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageOps

from pipelines import resolution
from pipelines.errors import DocumentRejected, PageFailed, Reason
from pipelines.media import IMAGES
from pipelines.pixels import resized
from pipelines.values import Limits, PageInfo, Raster

SIDEWAYS = {5, 6, 7, 8}  # EXIF orientations that swap width and height
BROKEN = (OSError, SyntaxError, ValueError, struct.error, EOFError)
EXTREMES = 0.01, 99.99  # percentiles: a few levels that no paper has say nothing
DECODED = 4  # times the pixels of a page that an image may have before it is scaled down


@contextmanager
def opened(source: Path, media_type: str) -> Iterator[Image.Image]:
    """The image of that type and no other. Raises DocumentRejected INVALID_IMAGE."""
    Image.MAX_IMAGE_PIXELS = None  # bounds are checked here, by page
    with warnings.catch_warnings(action="ignore"):  # damaged metadata is no news to anyone
        try:
            image = Image.open(source, formats=[IMAGES[media_type]])
        except BROKEN as error:
            raise DocumentRejected(
                Reason.INVALID_IMAGE, "The image is damaged: it cannot be opened."
            ) from error
        with image:
            yield image


def sizes(
    source: Path, media_type: str, limits: Limits
) -> tuple[tuple[int, int, float | None], ...]:
    """Width and height in pixels as displayed, and pixels per inch if stated, of every page.

    Raises DocumentRejected INVALID_IMAGE, and TOO_MANY_PAGES above
    `limits.max_pages`.
    """
    with opened(source, media_type) as image:
        found: list[tuple[int, int, float | None]] = []
        while True:
            found.append(_measure(image, limits))
            try:
                image.seek(len(found))
            except EOFError:
                return tuple(found)
            except BROKEN as error:
                raise DocumentRejected(
                    Reason.INVALID_IMAGE, f"The image is damaged after page {len(found)}."
                ) from error
            if media_type != "image/tiff":  # an animation is one page: its first picture
                return tuple(found)
            if len(found) >= limits.max_pages:
                raise DocumentRejected(
                    Reason.TOO_MANY_PAGES,
                    f"The file has more than {limits.max_pages} pages, which is the most accepted.",
                    advice="Split the file.",
                )


def rasterize(
    source: Path, media_type: str, page: PageInfo, limits: Limits, finer: float | None = None
) -> Raster:
    """`page` as 8-bit gray, upright as EXIF says, on white, at the resolution for its kind.

    `finer` is the resolution to give it instead, as far as it has as much.

    Raises PageFailed PAGE_TOO_LARGE, RENDER_FAILED.
    """
    with opened(source, media_type) as image:
        try:
            image.seek(page.number - 1)
            _check(image, page, limits)
            own = page.dpi or max(image.size) * 72 / max(page.width, page.height)
            usual = resolution.wanted(own, assumed=page.dpi is None)
            wanted = min(own, finer) if finer else usual
            dpi = resolution.affordable(page, wanted, limits)
            scale = dpi / own
            width, height = (max(1, round(side * scale)) for side in image.size)
            image.draft("L", (width, height))  # a JPEG can be decoded at a half or a quarter
            gray = as_gray(ImageOps.exif_transpose(image))
        except BROKEN as error:
            raise PageFailed(
                Reason.RENDER_FAILED, f"Page {page.number} is damaged: it cannot be decoded."
            ) from error
    target = max(1, round(page.width * dpi / 72)), max(1, round(page.height * dpi / 72))
    if gray.size != target:
        gray = resized(gray, target)
    flags = {resolution.LOWERED: resolution.lowered(dpi, own), resolution.ASSUMED: page.dpi is None}
    said = tuple(flag for flag, holds in flags.items() if holds)
    return Raster(gray.width, gray.height, dpi, gray.tobytes(), said)


def _check(image: Image.Image, page: PageInfo, limits: Limits) -> None:
    if not decodable(image, limits):
        width, height = image.size
        raise PageFailed(
            Reason.PAGE_TOO_LARGE,
            f"Page {page.number} has {width} x {height} pixels.",
            advice="Scale the image down.",
        )


def decodable(image: Image.Image, limits: Limits) -> bool:
    """Whether the image has few enough pixels to be decoded."""
    width, height = image.size
    return width * height <= DECODED * limits.max_page_pixels


def _measure(image: Image.Image, limits: Limits) -> tuple[int, int, float | None]:
    width, height, dpi = shape(image)
    if max(width, height) >= 2**31:  # more than any of the formats allows
        raise DocumentRejected(
            Reason.INVALID_IMAGE, f"The image is damaged: it claims {width} x {height} pixels."
        )
    # Of a PNG, Pillow decodes all to find what may stand behind its pixels.
    if decodable(image, limits) and orientation(image) in SIDEWAYS:
        width, height = height, width
    return width, height, dpi


def shape(image: Image.Image) -> tuple[int, int, float | None]:
    """Width and height in pixels as stored, and pixels per inch if stated.

    Of a fax whose lines lie further apart than its dots, the height that it has at the resolution
    of its dots.
    """
    width, height = image.size
    stated = _stated_resolutions(image)
    if stated is None:
        return width, height, None
    across, down = stated
    dpi = max(stated)
    return round(width * dpi / across), round(height * dpi / down), dpi


def _stated_resolutions(image: Image.Image) -> tuple[float, float] | None:
    """Pixels per inch across and down, where the file states figures to be believed."""
    try:
        across, down = (float(each) for each in image.info["dpi"])
        # Pillow makes up a resolution for a JPEG whose EXIF has none.
        made_up = image.format == "JPEG" and not image.info.get("jfif_unit")
        if made_up and ExifTags.Base.XResolution not in image.getexif():
            return None
    except (LookupError, TypeError, ValueError, ZeroDivisionError, *BROKEN):
        return None
    both = resolution.plausible(across) and resolution.plausible(down)
    return (across, down) if both else None


def orientation(image: Image.Image) -> int:
    """How EXIF says the image is to be shown: 1 as it is, 2 to 8 turned or mirrored."""
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except (*BROKEN, TypeError):
        return 1


def as_gray(image: Image.Image) -> Image.Image:
    """The image as 8-bit gray, on white where it is transparent."""
    if image.mode.startswith("I") or image.mode == "F":
        return _narrowed(image)
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        white = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(white, layered).convert("L")
    return image.convert("L")


def _narrowed(image: Image.Image) -> Image.Image:
    """8-bit gray of an image of 16 bits and more: from its darkest level to its lightest."""
    levels = np.asarray(image.convert("F"))
    sound = np.isfinite(levels)
    low, high = np.percentile(levels[sound], EXTREMES) if sound.any() else (0.0, 0.0)
    shares = np.nan_to_num((levels - low) / max(1.0, high - low), nan=1.0)
    return Image.fromarray((255 * shares.clip(0, 1)).astype(np.uint8))
