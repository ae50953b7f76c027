"""A font without ink in which any Unicode text can be written, searched and copied.

One TrueType program of one glyph, half as wide as high, serves a font for each plane of Unicode:
the code of a character is its number within the plane, and ToUnicode says the same to readers
(ISO 32000-1, 9.10.3). So pages need no tables of their own. The glyph is a stroke without width
from corner to corner: PDFium takes text of no extent for none, and drops it.
"""

from __future__ import annotations

import struct
import zlib

UNITS = 1000  # of the font a text size
WIDTH = 500  # of every glyph
ASCENT, DESCENT = 800, -200  # together the height of a line: what readers take for a word's box
NAME = b"OctavoGlyphless"
HEAD = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
"""
TAIL = b"""endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""
_SURROGATES = range(0xD8, 0xE0)  # high bytes that are no characters
_MOST_RANGES = 100  # in one block of a CMap


def program() -> bytes:
    """The TrueType file."""
    glyph = struct.pack(
        ">hhhhhHHBBhhhh", 1, 0, DESCENT, WIDTH, ASCENT, 1, 0, 1, 1, 0, WIDTH, DESCENT, UNITS
    )
    tables = {
        b"cmap": struct.pack(">HHHHI", 0, 1, 3, 1, 12) + _cmap(),
        b"glyf": glyph,
        b"head": struct.pack(
            ">IIIIHHQQhhhhHHhhh",
            0x10000, 0x10000, 0, 0x5F0F3CF5, 0, UNITS, 0, 0,
            0, DESCENT, WIDTH, ASCENT, 0, 8, 2, 0, 0,
        ),
        b"hhea": struct.pack(
            ">IhhhHhhhhhhhhhhhH", 0x10000, ASCENT, DESCENT, 0, WIDTH, 0, 0, WIDTH, 1, *[0] * 7, 2
        ),
        b"hmtx": struct.pack(">HhHh", WIDTH, 0, WIDTH, 0),
        b"loca": struct.pack(">HHH", 0, 0, len(glyph) // 2),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 0x10000, 2, 2, 1, 0, 0, 2, *[0] * 8),
        b"post": struct.pack(">IIhhIIIII", 0x30000, 0, -100, 50, 1, 0, 0, 0, 0),
    }  # fmt: skip
    head = struct.pack(">IHHHH", 0x10000, len(tables), 128, 3, 16 * len(tables) - 128)
    offset = len(head) + 16 * len(tables)
    directory, body = b"", b""
    for tag, data in tables.items():
        padded = data + bytes(-len(data) % 4)
        directory += struct.pack(">4sIII", tag, _sum(padded), offset + len(body), len(data))
        body += padded
    whole = head + directory + body
    at = whole.index(tables[b"head"][:12]) + 8
    adjusted = (0xB1B0AFBA - _sum(whole)) & 0xFFFFFFFF
    return whole[:at] + struct.pack(">I", adjusted) + whole[at + 4 :]


def glyphs() -> bytes:
    """A CIDToGIDMap that shows the second glyph for every code, compressed by zlib."""
    return zlib.compress(b"\x00\x01" * 0x10000, 9)


def to_unicode(plane: int) -> bytes:
    """The ToUnicode CMap of a plane's font."""
    ranges = [
        b"<%02X00> <%02XFF> <%s>" % (high, high, _utf16(plane, high))
        for high in range(256)
        if plane or high not in _SURROGATES
    ]
    blocks = [ranges[at : at + _MOST_RANGES] for at in range(0, len(ranges), _MOST_RANGES)]
    return HEAD + b"".join(map(_block, blocks)) + TAIL


def _block(ranges: list[bytes]) -> bytes:
    return b"%d beginbfrange\n%s\nendbfrange\n" % (len(ranges), b"\n".join(ranges))


def _utf16(plane: int, high: int) -> bytes:
    """The first character of 256 as UTF-16BE, in hex: readers count up its last byte."""
    return chr((plane << 16) + (high << 8)).encode("utf-16-be").hex().upper().encode()


def _cmap() -> bytes:
    """A subtable of format 4 that maps nothing."""
    return struct.pack(">HHHHHHHHHHhH", 4, 24, 0, 2, 2, 0, 0, 0xFFFF, 0, 0xFFFF, 1, 0)


def _sum(data: bytes) -> int:
    words: tuple[int, ...] = struct.unpack(f">{len(data) // 4}I", data)
    return sum(words) & 0xFFFFFFFF
