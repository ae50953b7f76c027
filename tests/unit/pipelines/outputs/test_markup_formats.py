"""hOCR and ALTO: well-formed, valid, inert, and telling where each word stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from pipelines.outputs import alto, hocr
from pipelines.outputs.markup import quoted
from pipelines.outputs.values import Choice, PageResult
from pipelines.values import Box, Word
from tests.unit.pipelines.outputs.conftest import word

XHTML = "{http://www.w3.org/1999/xhtml}"
ALTO = f"{{{alto.NAMESPACE}}}"
USED = Path(__file__).with_name("alto-4-2-as-used.xsd")
# Properties of hOCR 1.2 that are written here, and the form of their values.
PROPERTIES = {
    "bbox": r"\d+ \d+ \d+ \d+",
    "image": r'"[^";\\]*"',
    "ppageno": r"\d+",
    "scan_res": r"\d+ \d+",
    "baseline": r"-?\d+(\.\d+)?(e-\d+)? -?\d+",
    "textangle": r"90|180|270",
    "x_wconf": r"\d{1,2}|100",
}
INSIDE = {  # what an element must stand within
    "ocr_carea": "ocr_page",
    "ocr_table": "ocr_page",
    "ocr_header": "ocr_page",
    "ocr_footer": "ocr_page",
    "ocr_par": "ocr_page",
    "ocr_line": "ocr_par",
    "ocrx_word": "ocr_line",
}


def parsed(render: Any, document: Any, pages: Any) -> Any:
    made = b"".join(render(document, iter(pages), Choice.CLEAN))
    return etree.fromstring(made, etree.XMLParser(resolve_entities=False))


def of_class(tree: Any, name: str) -> list[Any]:
    return list(tree.iterfind(f".//*[@class='{name}']"))


def properties(element: Any) -> dict[str, str]:
    parts = (part.split(" ", 1) for part in element.get("title").split("; "))
    return dict(parts)


def test_hocr_has_the_structure_that_hocr_asks_for(document: Any, pages: Any) -> None:
    tree = parsed(hocr.render, document, pages)
    metas = {each.get("name"): each.get("content") for each in tree.iter(f"{XHTML}meta")}
    assert metas["ocr-system"] == "Octavo 0.1.0" and metas["ocr-number-of-pages"] == "3"
    classed = list(tree.iterfind(".//*[@class]"))
    assert {each.get("class") for each in classed} <= set(metas["ocr-capabilities"].split())
    assert len({each.get("id") for each in classed}) == len(classed)
    for element in classed:
        around = {each.get("class") for each in element.iterancestors()}
        name = element.get("class")
        assert name == "ocr_page" or INSIDE[name] in around, name
        assert "bbox" in properties(element)  # readers look for it on pages without text too
        for key, value in properties(element).items():
            assert re.fullmatch(PROPERTIES[key], value), (key, value)


def test_hocr_tells_pages_lines_and_words(document: Any, pages: Any) -> None:
    tree = parsed(hocr.render, document, pages)
    one, two, three = of_class(tree, "ocr_page")
    assert properties(one)["ppageno"] == "0" and properties(one)["scan_res"] == "150 150"
    words = of_class(one, "ocrx_word")
    assert [word.text for word in words][:2] == ["Head", "One"]
    assert properties(words[1]) == {"bbox": "10 50 70 70", "x_wconf": "91"}
    assert properties(of_class(two, "ocr_line")[0])["textangle"] == "90"
    assert (three.get("data-reason"), len(of_class(three, "ocrx_word"))) == ("timeout", 0)
    assert len(of_class(one, "ocr_header")) == len(of_class(one, "ocr_table")) == 1


def test_no_word_is_lost_to_blocks(document: Any, pages: Any) -> None:
    words = [re.sub("[\x00\x0b\ufffe]", "\ufffd", word.text) for word in pages[0].words]
    tree = parsed(hocr.render, document, pages[:1])
    assert [word.text for word in of_class(tree, "ocrx_word")] == words
    tree = parsed(alto.render, document, pages[:1])
    assert sorted(each.get("CONTENT") for each in tree.iter(f"{ALTO}String")) == sorted(words)


def test_text_is_inert(document: Any, pages: Any) -> None:
    made = b"".join(hocr.render(document, iter(pages), Choice.CLEAN)).decode()
    assert "<img" not in made and "<b>" not in made and "<too>" not in made
    assert quoted("a\x00b\x1f\ud800\uffff<&\"'") == "a�b���&lt;&amp;&quot;&#x27;"


def test_alto_is_valid(document: Any, pages: Any) -> None:
    tree = parsed(alto.render, document, pages)
    etree.XMLSchema(etree.parse(USED)).assertValid(tree)


def test_alto_tells_pages_lines_and_words(document: Any, pages: Any) -> None:
    tree = parsed(alto.render, document, pages)
    one, two, three = tree.iter(f"{ALTO}Page")
    assert (one.get("WIDTH"), one.get("HEIGHT"), one.get("PC")) == ("200", "300", "0.9123")
    assert one.find(f"{ALTO}TopMargin//{ALTO}String").get("CONTENT") == "Head"
    assert one.find(f".//{ALTO}ComposedBlock").get("TYPE") == "table"
    line = one.findall(f".//{ALTO}TextLine")[1]
    assert [line.get(name) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT", "BASELINE")] == [
        "10",
        "50",
        "130",
        "20",
        "10,70 140,70",
    ]
    assert line.find(f"{ALTO}SP").attrib == {"WIDTH": "10", "HPOS": "70", "VPOS": "50"}
    assert two.find(f".//{ALTO}TextBlock").get("ROTATION") == "90"
    assert three.get("QUALITY_DETAIL") == "timeout: It took <too> long." and len(three) == 0


def test_alto_tells_the_order_of_blocks_where_margins_part_them(document: Any, pages: Any) -> None:
    tree = parsed(alto.render, document, pages[:1])
    after = {each.get("ID"): each.get("IDNEXT") for each in tree.iterfind(".//*[@IDNEXT]")}
    order = ["block_1_0"]
    while order[-1] in after:
        order.append(after[order[-1]])
    assert order == ["block_1_0", "block_1_1", "table_1_2", "block_1_3"]


def test_chinese_words_that_touch_have_no_space_between(document: Any) -> None:
    words = (word("硬件", 10, 50, 0), word("辅助", 72, 50, 0), word("Xen", 140, 50, 0))
    page = PageResult(1, "done", raw="硬件辅助 Xen", words=words, width=300, height=100, dpi=150.0)
    line = of_class(parsed(hocr.render, document, [page]), "ocr_line")[0]
    assert "".join(line.itertext()) == page.raw
    line = next(parsed(alto.render, document, [page]).iter(f"{ALTO}TextLine"))
    assert [each.tag.removeprefix(ALTO) for each in line] == ["String", "String", "SP", "String"]


@pytest.mark.parametrize("turn", [90, 270])
def test_chinese_words_that_stand_apart_do_so_on_a_turned_page_too(
    document: Any, turn: int
) -> None:
    words = tuple(
        Word(text, Box(40, top, 60, top + 44), 0.9, 0)
        for text, top in (("姓名", 20), ("日期", 160))
    )
    words = words if turn == 270 else words[::-1]
    page = PageResult(1, "done", words=words, width=200, height=300, dpi=150.0, turn=turn)
    line = of_class(parsed(hocr.render, document, [page]), "ocr_line")[0]
    assert " " in "".join(line.itertext())
    line = next(parsed(alto.render, document, [page]).iter(f"{ALTO}TextLine"))
    assert line.find(f"{ALTO}SP") is not None


@pytest.mark.parametrize("tilt", [0.0, 0.02, -0.02])
def test_a_tilted_line_has_its_slope(document: Any, tilt: float) -> None:
    words = tuple(
        Word(
            "word",
            Box(
                100 * at, round(500 + tilt * 100 * at), 100 * at + 80, round(530 + tilt * 100 * at)
            ),
            0.9,
            0,
        )
        for at in range(20)
    )
    page = PageResult(1, "done", raw="", words=words, width=2100, height=1000, dpi=300.0)
    line = of_class(parsed(hocr.render, document, [page]), "ocr_line")[0]
    rise, _ = properties(line)["baseline"].split()
    assert float(rise) == pytest.approx(tilt, abs=1e-3)
