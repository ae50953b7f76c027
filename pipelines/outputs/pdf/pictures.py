"""An image as a PDF has it: a JPEG as it is, everything else without loss."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from pipelines import images

GROUP4 = 4  # TIFF's number of CCITT T.6
COMPRESSION, PHOTOMETRIC, STRIPS, LENGTHS = 259, 262, 273, 279  # tags of TIFF
BLACK_IS_ZERO = 1
COMPONENTS = {0: 1, 2: 3, 3: 1}  # by the color type of a PNG
SPACES = {1: b"/DeviceGray", 3: b"/DeviceRGB", 4: b"/DeviceCMYK"}
PLAIN = ("1", "L", "P", "RGB", "I;16", "I;16B")  # modes that a PNG holds and PDF too


@dataclass(frozen=True, slots=True)
class Picture:
    """The entries and the data of an image XObject, and its mask."""

    entries: bytes  # without /Length
    data: bytes
    mask: Picture | None = None


def picture(image: Image.Image, file: bytes) -> Picture:
    """The frame that `image` stands at; `file` is all of the file it was opened from."""
    if image.format == "JPEG" and image.mode in ("L", "RGB", "CMYK"):
        return _jpeg(image, file)
    if image.format == "PNG":
        found = _png(file)
        if found is not None:
            return found
    if image.mode == "1":
        return _bilevel(image)
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        seen = _plain(layered.convert("RGB"))
        return Picture(seen.entries, seen.data, _plain(layered.getchannel("A")))
    return _plain(image)


def _entries(width: int, height: int, bits: int, space: bytes, decoding: bytes) -> bytes:
    return (
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent %d"
        b" /ColorSpace %s %s" % (width, height, bits, space, decoding)
    )


def _jpeg(image: Image.Image, file: bytes) -> Picture:
    space = SPACES[len(image.getbands())]
    # Photoshop writes CMYK upside down, and says so by its mark.
    upside = image.mode == "CMYK" and "adobe" in image.info
    decoding = b"/Filter /DCTDecode" + (b" /Decode [1 0 1 0 1 0 1 0]" if upside else b"")
    return Picture(_entries(*image.size, 8, space, decoding), file)


def _plain(image: Image.Image) -> Picture:
    if image.mode == "CMYK":
        data = zlib.compress(image.tobytes(), 6)
        return Picture(_entries(*image.size, 8, SPACES[4], b"/Filter /FlateDecode"), data)
    if image.mode not in PLAIN:
        image = images.as_gray(image) if image.mode in ("I", "F") else image.convert("RGB")
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=6)
    found = _png(out.getvalue())
    if found is None:
        raise ValueError(f"a PNG of mode {image.mode} is none that PDF can show")
    return found


def _png(file: bytes) -> Picture | None:
    """The compressed lines of a PNG, which are those of PDF; None: interlaced or transparent."""
    palette, lines = b"", []
    head = None
    for kind, data in _chunks(file):
        if kind == b"IHDR":
            head = struct.unpack(">IIBBBBB", data)
        elif kind == b"PLTE":
            palette = data
        elif kind == b"tRNS":
            return None
        elif kind == b"IDAT":
            lines.append(data)
    if head is None or head[3] not in COMPONENTS or head[6]:
        return None
    width, height, bits, color = head[:4]
    count = COMPONENTS[color]
    space = SPACES[count]
    if color == 3:
        space = b"[/Indexed /DeviceRGB %d <%s>]" % (
            len(palette) // 3 - 1,
            palette.hex().encode(),
        )
    decoding = (
        b"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Colors %d /BitsPerComponent %d"
        b" /Columns %d >>" % (count, bits, width)
    )
    return Picture(_entries(width, height, bits, space, decoding), b"".join(lines))


def _chunks(file: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at + 12 <= len(file):
        length, kind = struct.unpack(">I4s", file[at : at + 8])
        yield kind, file[at + 8 : at + 8 + length]
        at += 12 + length


def _bilevel(image: Image.Image) -> Picture:
    """Black and white, by CCITT T.6, which is made for it."""
    out = io.BytesIO()
    image.save(out, "TIFF", compression="group4", strip_size=2**31 - 1)
    with Image.open(out, formats=["TIFF"]) as coded:
        tags = coded.tag_v2  # type: ignore[attr-defined]
        offsets, lengths = tags[STRIPS], tags[LENGTHS]
        if len(offsets) != 1 or tags[COMPRESSION] != GROUP4:
            return _plain(image.convert("L"))
        black = tags[PHOTOMETRIC] == BLACK_IS_ZERO
    data = out.getvalue()[offsets[0] : offsets[0] + lengths[0]]
    width, height = image.size
    decoding = b"/Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns %d /Rows %d%s >>" % (
        width,
        height,
        b" /BlackIs1 true" if black else b"",
    )
    return Picture(_entries(width, height, 1, SPACES[1], decoding), data)
