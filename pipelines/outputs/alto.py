"""ALTO 4.2 (https://www.loc.gov/standards/alto/): layout and text as libraries keep them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from pipelines.boxes import around
from pipelines.outputs.baseline import slope
from pipelines.outputs.markup import number, quoted
from pipelines.outputs.values import Choice, DocumentResult, Line, PageResult, blocks, touch
from pipelines.values import Block, BlockKind, Box, Word

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
SCHEMA = "http://www.loc.gov/standards/alto/v4/alto-4-2.xsd"
MARGINS = {BlockKind.HEADER: "TopMargin", BlockKind.FOOTER: "BottomMargin"}
ORDER = ("TopMargin", "BottomMargin", "PrintSpace")  # of a page's parts, as the schema wants them


def render(
    document: DocumentResult, pages: Iterator[PageResult], choice: Choice
) -> Iterator[bytes]:
    """Words in their places; a page without text is empty and names its reason."""
    del choice
    yield _head(document).encode()
    for page in pages:
        yield "".join(_page(page)).encode()
    yield b"</Layout>\n</alto>\n"


def _head(document: DocumentResult) -> str:
    software, _, version = document.software.partition(" ")
    used = f"engines: {', '.join(document.engines)}; languages: {', '.join(document.languages)}"
    when = (
        f"<processingDateTime>{quoted(document.finished_at)}</processingDateTime>\n"
        if document.finished_at
        else ""
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<alto xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:schemaLocation="{NAMESPACE} {SCHEMA}" SCHEMAVERSION="4.2">\n'
        "<Description>\n<MeasurementUnit>pixel</MeasurementUnit>\n"
        "<sourceImageInformation>\n"
        f"<fileName>{quoted(document.filename)}</fileName>\n"
        f"<documentIdentifier>{quoted(document.id)}</documentIdentifier>\n"
        "</sourceImageInformation>\n"
        '<Processing ID="processing">\n'
        "<processingCategory>contentGeneration</processingCategory>\n"
        f"{when}<processingStepSettings>{quoted(used)}</processingStepSettings>\n"
        f"<processingSoftware><softwareName>{quoted(software)}</softwareName>"
        f"<softwareVersion>{quoted(version)}</softwareVersion></processingSoftware>\n"
        "</Processing>\n</Description>\n<Layout>\n"
    )


def _page(page: PageResult) -> Iterator[str]:
    size = f' WIDTH="{page.width}" HEIGHT="{page.height}"' if page.width and page.height else ""
    sure = f' PC="{number(page.confidence)}"' if page.confidence is not None else ""
    missing = (
        f' PAGECLASS="unread" QUALITY_DETAIL="{quoted(f"{page.why.code}: {page.why.detail}")}"'
        if page.why
        else ""
    )
    yield (
        f'<Page ID="page_{page.number}" PHYSICAL_IMG_NR="{page.number}"{size}{sure}{missing}'
        ' PROCESSINGREFS="processing">\n'
    )
    found = blocks(page)
    names = [_name(page, at, block) for at, (block, _) in enumerate(found)]
    parts: dict[str, list[tuple[int, Block, list[Line]]]] = {}
    for at, (block, held) in enumerate(found):
        parts.setdefault(MARGINS.get(block.kind, "PrintSpace"), []).append((at, block, held))
    for name in ORDER:
        if name in parts:
            area = around(block.box for _, block, _ in parts[name])
            yield f"<{name}{_place(area)}>\n"
            for at, block, held in parts[name]:
                follows = "".join(names[at + 1 : at + 2]) if len(parts) > 1 else ""
                yield from _block(page, at, block, held, follows)
            yield f"</{name}>\n"
    yield "</Page>\n"


def _name(page: PageResult, at: int, block: Block) -> str:
    return f"{'table' if block.kind is BlockKind.TABLE else 'block'}_{page.number}_{at}"


def _block(
    page: PageResult, at: int, block: Block, held: list[Line], follows: str
) -> Iterator[str]:
    # ALTO counts the turn of the text counter-clockwise, from upright.
    turned = f' ROTATION="{page.turn}"' if page.turn else ""
    name = f"{page.number}_{at}"
    # The schema has the bottom margin before the print space: elements are in no reading order.
    then = f' IDNEXT="{follows}"' if follows else ""
    table = block.kind is BlockKind.TABLE
    if table:
        yield f'<ComposedBlock ID="table_{name}" TYPE="table"{_place(block.box)}{then}>\n'
        then = ""
    yield f'<TextBlock ID="block_{name}"{_place(block.box)}{turned}{then}>\n'
    for line in held:
        yield from _line(page, line)
    yield "</TextBlock>\n"
    if table:
        yield "</ComposedBlock>\n"


def _line(page: PageResult, line: Line) -> Iterator[str]:
    base = "" if page.turn else f' BASELINE="{_baseline(line)}"'
    yield f'<TextLine ID="line_{page.number}_{line.first}"{_place(line.box)}{base}>'
    yield _string(page, line.first, line.words[0])
    for at, (left, right) in enumerate(pairwise(line.words), line.first + 1):
        if not touch(page, left, right):
            yield _space(page, left, right)
        yield _string(page, at, right)
    yield "</TextLine>\n"


def _space(page: PageResult, left: Word, right: Word) -> str:
    gap = right.box.left - left.box.right
    if gap <= 0 or page.turn:
        return "<SP/>"
    return f'<SP WIDTH="{gap}" HPOS="{left.box.right}" VPOS="{right.box.top}"/>'


def _string(page: PageResult, at: int, word: Word) -> str:
    return (
        f'<String ID="word_{page.number}_{at}"{_place(word.box)}'
        f' WC="{number(word.confidence)}" CONTENT="{quoted(word.text)}"/>'
    )


def _baseline(line: Line) -> str:
    """Two points, from the line's left end to its right one."""
    base = slope([word.box for word in line.words])
    return " ".join(f"{x},{round(base.at(x))}" for x in (line.box.left, line.box.right))


def _place(box: Box) -> str:
    return (
        f' HPOS="{box.left}" VPOS="{box.top}"'
        f' WIDTH="{box.right - box.left}" HEIGHT="{box.bottom - box.top}"'
    )
