"""The words that a page says for itself: a layer that says them again makes them found twice."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace

import pypdfium2
import pypdfium2.raw as pdfium
from rapidfuzz.distance import Indel

from pipelines import pdf, soundness, textlayer
from pipelines.errors import PageFailed
from pipelines.outputs.pdf.layer import Layer
from pipelines.values import Box, Word

ON = 0.5  # share of the smaller one, across and down, from which two words lie on one another
ALIKE = 0.6  # share of letters, from which they are the same word, read well and not so well
SOUND = 0.8  # share of words that are the same, from which the page is believed in the others too
BAND = 32  # pixels of the page's own words


@dataclass(frozen=True, slots=True)
class Shown:
    """Words that stand on a page as text, and the raster that their boxes refer to."""

    width: int  # pixels
    height: int
    words: tuple[Word, ...]


def shown(document: pypdfium2.PdfDocument, number: int, *, invisible: bool) -> Shown | None:
    """The words of a page, those that nobody sees only if `invisible`; None: it cannot be told.

    Runs inside `pipelines.confine`.
    """
    try:
        with pdf.loaded(document, number) as sheet, closing(sheet.get_textpage()) as text:
            if not 0 < text.count_chars() <= soundness.MOST:
                return None
            width, height, words = textlayer.placed(sheet, text)
            kept = (word for first, word in words if invisible or _seen(text, first))
            return Shown(width, height, tuple(kept))
    except PageFailed:
        return None


def without(layer: Layer, own: Shown) -> Layer:
    """The layer less the words that the page says itself, in the same place.

    A word that lies on a different one stays, for text may be garbled: unless nearly all others
    are the same; then it is the layer's that is misread. What is left of a line that loses words
    becomes lines, for a space between two of them would lie on the page's own text.
    """
    bands = _bands(layer, own)
    found = [list(_under(word.box, bands)) for word in layer.words]
    same = [_same(word.text, under) for word, under in zip(layer.words, found, strict=True)]
    sound = sum(same) >= SOUND * sum(map(bool, found))
    kept: list[Word] = []
    line, last = -1, (-1, -1)
    for at, word in enumerate(layer.words):
        if same[at] or (sound and found[at]):
            continue
        if last != (at - 1, word.line):
            line += 1
        last = (at, word.line)
        kept.append(replace(word, line=line))
    return replace(layer, words=tuple(kept))


def _seen(text: pypdfium2.PdfTextPage, index: int) -> bool:
    part = pdfium.FPDFText_GetTextObject(text, index)
    mode = pdfium.FPDFTextObj_GetTextRenderMode(part) if part else pdfium.FPDF_TEXTRENDERMODE_FILL
    return bool(mode != pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)


Bands = dict[int, list[Word]]


def _bands(layer: Layer, own: Shown) -> Bands:
    """The page's own words by where they stand, in pixels of the layer."""
    across, down = layer.width / own.width, layer.height / own.height
    bands: Bands = {}
    for word in own.words:
        box = Box(
            round(word.box.left * across),
            round(word.box.top * down),
            round(word.box.right * across),
            round(word.box.bottom * down),
        )
        for band in range(box.top // BAND, box.bottom // BAND + 1):
            bands.setdefault(band, []).append(replace(word, box=box))
    return bands


def _under(box: Box, bands: Bands) -> Iterator[str]:
    """The words that lie where `box` does."""
    middle = (box.top + box.bottom) // 2
    seen = set()
    for band in {box.top // BAND, middle // BAND, box.bottom // BAND}:
        for word in bands.get(band, ()):
            if word not in seen and _on(box, word.box):
                seen.add(word)
                yield word.text


def _on(one: Box, two: Box) -> bool:
    across = min(one.right, two.right) - max(one.left, two.left)
    down = min(one.bottom, two.bottom) - max(one.top, two.top)
    wide = min(one.right - one.left, two.right - two.left)
    high = min(one.bottom - one.top, two.bottom - two.top)
    return across >= ON * max(1, wide) and down >= ON * max(1, high)


def _same(text: str, under: list[str]) -> bool:
    word = _plain(text)
    for other in map(_plain, under):
        if word in other or (other in word and len(other) >= ALIKE * len(word)):
            return True
        if Indel.normalized_similarity(word, other) >= ALIKE:
            return True
    return False


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
