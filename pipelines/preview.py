"""A page's picture for people: small enough for a browser, large enough to read beside the text."""

from __future__ import annotations

import io

from PIL import Image

from pipelines.pixels import image_of
from pipelines.values import Raster

LONGEST_SIDE = 1600  # pixels; about 145 dpi on A4
QUALITY = 75
MEDIA_TYPE = "image/jpeg"


def preview(raster: Raster) -> bytes:
    """`raster` as a gray JPEG whose longer side has at most 1600 pixels.

    Word boxes refer to the raster: scale them by the ratio of the widths.
    """
    image = image_of(raster)
    factor = max(raster.width, raster.height) // LONGEST_SIDE
    if factor > 1:
        image = image.reduce(factor)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.BILINEAR)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
