"""hOCR 1.2 (http://kba.github.io/hocr-spec/1.2/): text with its boxes as XHTML."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from pipelines.boxes import around, turned
from pipelines.outputs.baseline import slope
from pipelines.outputs.markup import number, quoted
from pipelines.outputs.values import Choice, DocumentResult, Line, PageResult, blocks, touch
from pipelines.values import BlockKind, Box, Word

CLASSES = {
    BlockKind.TEXT: "ocr_carea",
    BlockKind.TABLE: "ocr_table",
    BlockKind.HEADER: "ocr_header",
    BlockKind.FOOTER: "ocr_footer",
}
CAPABILITIES = "ocr_page ocr_par ocr_line ocrx_word ocrp_wconf " + " ".join(CLASSES.values())


def render(
    document: DocumentResult, pages: Iterator[PageResult], choice: Choice
) -> Iterator[bytes]:
    """Words in their places; a page without text is empty and names its reason."""
    del choice
    yield _head(document).encode()
    for page in pages:
        yield "".join(_page(document, page)).encode()
    yield b"</body>\n</html>\n"


def _head(document: DocumentResult) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml">\n<head>\n'
        f"<title>{quoted(document.filename)}</title>\n"
        '<meta charset="utf-8"/>\n'
        f'<meta name="ocr-system" content="{quoted(document.software)}"/>\n'
        f'<meta name="ocr-capabilities" content="{CAPABILITIES}"/>\n'
        f'<meta name="ocr-number-of-pages" content="{document.page_count}"/>\n'
        "</head>\n<body>\n"
    )


def _page(document: DocumentResult, page: PageResult) -> Iterator[str]:
    title = [f'image "{_name(document.filename)}"', f"ppageno {page.number - 1}"]
    title.append(f"bbox 0 0 {page.width or 0} {page.height or 0}")  # hOCR wants one on every page
    if page.dpi:
        title.append(f"scan_res {round(page.dpi)} {round(page.dpi)}")
    missing = f' data-reason="{quoted(page.why.code)}"' if page.why else ""
    yield f'<div class="ocr_page" id="page_{page.number}" title="{_title(title)}"{missing}>\n'
    for at, (block, held) in enumerate(blocks(page)):
        name = f"{page.number}_{at}"
        place = _title([_box(block.box)])
        yield f'<div class="{CLASSES[block.kind]}" id="block_{name}" title="{place}">\n'
        yield f'<p class="ocr_par" id="par_{name}" title="{place}">\n'
        for line in held:
            yield from _line(page, line)
        yield "</p>\n</div>\n"
    yield "</div>\n"


def _line(page: PageResult, line: Line) -> Iterator[str]:
    title = [_box(line.box), _baseline(page, line)]
    if page.turn:
        title.append(f"textangle {page.turn}")  # counter-clockwise, as far as upright is clockwise
    yield f'<span class="ocr_line" id="line_{page.number}_{line.first}" title="{_title(title)}">'
    yield _word(page, line.first, line.words[0])
    for at, (left, right) in enumerate(pairwise(line.words), line.first + 1):
        yield ("" if touch(page, left, right) else " ") + _word(page, at, right)
    yield "</span>\n"


def _word(page: PageResult, at: int, word: Word) -> str:
    title = _title([_box(word.box), f"x_wconf {round(100 * word.confidence)}"])
    name = f"word_{page.number}_{at}"
    return f'<span class="ocrx_word" id="{name}" title="{title}">{quoted(word.text)}</span>'


def _baseline(page: PageResult, line: Line) -> str:
    """Slope, and distance of the baseline from the line's lower left corner, of upright text."""
    width, height = page.width or 0, page.height or 0
    upright = [turned(word.box, width, height, page.turn) for word in line.words]
    box = around(upright)
    base = slope(upright)
    return f"baseline {number(base.rise)} {round(base.at(box.left) - box.bottom)}"


def _box(box: Box) -> str:
    return f"bbox {box.left} {box.top} {box.right} {box.bottom}"


def _title(properties: list[str]) -> str:
    return quoted("; ".join(properties))


def _name(filename: str) -> str:
    """The file's name as a quoted string of hOCR: readers split at quotes and semicolons."""
    return "".join("_" if mark in '"\\;' else mark for mark in filename)
