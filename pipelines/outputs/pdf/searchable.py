"""Put layers on the pages of a PDF; runs inside `pipelines.confine`."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name

from pipelines.errors import DocumentRejected, Reason
from pipelines.outputs.pdf import glyphless, hidden, layer_file
from pipelines.outputs.pdf.entries import copied, inherited
from pipelines.outputs.pdf.layer import FONT, Layer, Sheet, content, planes
from pipelines.outputs.pdf.shown import shown, without
from pipelines.pdf import opened

LETTER = (0.0, 0.0, 612.0, 792.0)  # what PDFium takes where a page has no box
MOST_FIELDS = 10_000  # of a form, looked at for signatures


def add_layers(source: Path, layers: Path, target: Path) -> int:
    """Write `source` with the `layers` of its pages to `target`; how many pages got one.

    Nothing that a page shows is changed, and no word that it says itself is added. The same files
    give the same bytes. Raises DocumentRejected: INVALID_PDF, ENCRYPTED, SIGNED.
    """
    try:
        # Read, not mapped: what is mapped counts against the child's memory.
        with pikepdf.open(source, access_mode=pikepdf.AccessMode.stream) as pdf:
            _check(pdf)
            with opened(source) as document:
                count = _add(pdf, document, layer_file.read(layers))
            pdf.trailer["/Size"] = 0  # qpdf tells the true one where there is any
            with target.open("r+b") as file:
                pdf.save(
                    file,
                    deterministic_id=True,
                    fix_metadata_version=False,  # of metadata that may be broken
                    compress_streams=False,
                    stream_decode_level=pikepdf.StreamDecodeLevel.none,
                    object_stream_mode=pikepdf.ObjectStreamMode.preserve,
                )
    except pikepdf.PasswordError as error:
        raise _protected() from error
    except pikepdf.PdfError as error:
        raise DocumentRejected(
            Reason.INVALID_PDF,
            "The file is damaged: it cannot be written anew.",
            advice="Take another format, or repair the file with qpdf and send that.",
        ) from error
    return count


def _check(pdf: pikepdf.Pdf) -> None:
    if pdf.is_encrypted:
        raise _protected()
    if _signed(pdf):
        raise DocumentRejected(
            Reason.SIGNED,
            "The file is digitally signed, and a layer of text would break the signature.",
            advice="Take another format, or send the file without its signature.",
        )


def _protected() -> DocumentRejected:
    return DocumentRejected(
        Reason.ENCRYPTED,
        "The file's owner restricts what may be done with it.",
        advice="Take another format, or send the file without its protection.",
    )


def _signed(pdf: pikepdf.Pdf) -> bool:
    """Whether somebody has signed: a field for a signature that is empty is none."""
    if "/Perms" in pdf.Root:
        return True
    form = pdf.Root.get("/AcroForm")
    fields = form.get("/Fields") if isinstance(form, Dictionary) else None
    waiting = list(fields) if isinstance(fields, Array) else []
    looked_at = 0
    while waiting and looked_at < MOST_FIELDS:
        field = waiting.pop()
        looked_at += 1
        if not isinstance(field, Dictionary):
            continue
        if field.get("/FT") == Name.Sig and "/V" in field:
            return True
        kids = field.get("/Kids")
        if isinstance(kids, Array):
            waiting += list(kids)
    return False


def _add(pdf: pikepdf.Pdf, document: pypdfium2.PdfDocument, layers: Iterable[Layer]) -> int:
    fonts = _Fonts(pdf)
    count = 0
    for layer in layers:
        if layer.number > len(pdf.pages):
            raise DocumentRejected(
                Reason.INVALID_PDF, f"The file is damaged: its page {layer.number} is out of reach."
            )
        page = pdf.pages[layer.number - 1]
        removed = hidden.remove(pdf, page)
        own = shown(document, layer.number, invisible=not removed)
        if own is not None:
            layer = without(layer, own)
        if not layer.words:
            continue
        fonts.give(page, planes(layer))
        made = pdf.make_stream(
            zlib.compress(content(layer, _sheet(page)), 9), Filter=Name.FlateDecode
        )
        # First, where no operator of the page's own can have changed what it stands on.
        page.contents_add(made, prepend=True)
        count += 1
    return count


def _sheet(page: pikepdf.Page) -> Sheet:
    """The box that PDFium shows: the crop box within the media box."""
    media = _box(page, "/MediaBox") or LETTER
    crop = _box(page, "/CropBox") or media
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    if right <= left or top <= bottom:
        left, bottom, right, top = media
    try:
        rotate = int(inherited(page.obj, "/Rotate") or 0) // 90 * 90 % 360
    except (TypeError, ValueError):
        rotate = 0
    return Sheet(left, bottom, right, top, rotate)


def _box(page: pikepdf.Page, name: str) -> tuple[float, float, float, float] | None:
    try:
        x0, y0, x1, y1 = (float(value) for value in inherited(page.obj, name))
    except (TypeError, ValueError):
        return None
    box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    return box if box[0] < box[2] and box[1] < box[3] else None


class _Fonts:
    """The fonts of the planes, made when a page first asks for one."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._made: dict[int, Any] = {}

    def give(self, page: pikepdf.Page, wanted: Iterable[int]) -> None:
        """Add the fonts to the page's resources, of which it gets its own where it shared them."""
        found = inherited(page.obj, "/Resources")
        resources = Dictionary() if not isinstance(found, Dictionary) else copied(found)
        fonts = resources.get("/Font")
        resources["/Font"] = copied(fonts) if isinstance(fonts, Dictionary) else Dictionary()
        for plane in sorted(wanted):
            resources["/Font"][FONT % plane] = self._font(plane)
        page.obj["/Resources"] = resources

    def _font(self, plane: int) -> Any:
        if plane not in self._made:
            self._made[plane] = self._make(plane)
        return self._made[plane]

    def _make(self, plane: int) -> Any:
        name = Name("/" + glyphless.NAME.decode())
        below = self._below()
        unicode = self._flate(glyphless.to_unicode(plane))
        return self._pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type0,
                BaseFont=name,
                Encoding=Name("/Identity-H"),
                DescendantFonts=[below],
                ToUnicode=unicode,
            )
        )

    def _below(self) -> Any:
        """What the fonts of all planes share."""
        for made in self._made.values():
            return made.DescendantFonts[0]
        name = Name("/" + glyphless.NAME.decode())
        program = glyphless.program()
        file = self._flate(program)
        file["/Length1"] = len(program)
        descriptor = Dictionary(
            Type=Name.FontDescriptor,
            FontName=name,
            Flags=5,  # fixed pitch, symbolic
            FontBBox=[0, glyphless.DESCENT, glyphless.WIDTH, glyphless.ASCENT],
            ItalicAngle=0,
            Ascent=glyphless.ASCENT,
            Descent=glyphless.DESCENT,
            CapHeight=glyphless.ASCENT,
            StemV=80,
            FontFile2=file,
        )
        return self._pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.CIDFontType2,
                BaseFont=name,
                CIDSystemInfo=Dictionary(
                    Registry=pikepdf.String("Adobe"),
                    Ordering=pikepdf.String("Identity"),
                    Supplement=0,
                ),
                FontDescriptor=self._pdf.make_indirect(descriptor),
                DW=glyphless.WIDTH,
                CIDToGIDMap=self._pdf.make_stream(glyphless.glyphs(), Filter=Name.FlateDecode),
            )
        )

    def _flate(self, data: bytes) -> Any:
        return self._pdf.make_stream(zlib.compress(data, 9), Filter=Name.FlateDecode)
