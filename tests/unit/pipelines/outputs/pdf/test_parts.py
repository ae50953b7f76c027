"""The parts of a text layer: its font, its order, its place, the file it travels in."""

from __future__ import annotations

import io
import re
import struct
import unicodedata
from pathlib import Path

import pikepdf
import pytest
from PIL import ImageFont

from pipelines.outputs.pdf import bidi, glyphless, layer_file
from pipelines.outputs.pdf.layer import Layer, Sheet, content, matrix, planes, runs
from pipelines.outputs.pdf.writer import Writer
from pipelines.outputs.values import PageResult
from pipelines.values import Box, Word

RANGE = re.compile(rb"<(\w{4})> <(\w{4})> <(\w+)>")


def word(text: str, left: int, top: int, right: int, bottom: int, line: int = 0) -> Word:
    return Word(text, Box(left, top, right, bottom), 0.9, line)


def layer(*words: Word, turn: int = 0) -> Layer:
    return Layer(1, 1000, 2000, turn, words)


def test_the_font_is_a_font_of_one_width() -> None:
    program = glyphless.program()
    assert len(program) < 400
    assert sum(struct.unpack(f">{len(program) // 4}I", program)) & 0xFFFFFFFF == 0xB1B0AFBA
    font = ImageFont.truetype(io.BytesIO(program), 100)
    assert font.getlength("any") == 3 * 100 * glyphless.WIDTH / glyphless.UNITS


@pytest.mark.parametrize("plane", [0, 1, 2, 16])
def test_every_character_of_a_plane_is_said_in_unicode(plane: int) -> None:
    said: set[int] = set()
    for first, last, text in RANGE.findall(glyphless.to_unicode(plane)):
        low, high = int(first, 16), int(last, 16)
        start = ord(bytes.fromhex(text.decode()).decode("utf-16-be"))
        assert start == (plane << 16) + low and high - low == 0xFF == high & 0xFF
        said.update(range(start, start + 256))
    everything = set(range(plane << 16, (plane + 1) << 16))
    assert said == {code for code in everything if not 0xD800 <= code < 0xE000}


@pytest.mark.parametrize(
    ("logical", "visual"),
    [
        ("שלום", "םולש"),
        ("3.5", "3.5"),
        ("עמ'12", "12'מע"),
        ("(א)", ")א("),
        ("בABCג", "גABCב"),
        ("", ""),
    ],
)
def test_a_word_from_right_to_left_stands_as_it_is_seen(logical: str, visual: str) -> None:
    assert bidi.seen(logical) == visual
    assert (
        bidi.rightward(logical) == any(unicodedata.bidirectional(mark) == "R" for mark in logical)
        or "ABC" in logical
    )


def test_words_are_as_wide_as_their_boxes_and_a_space_fills_the_gap() -> None:
    found = list(runs(layer(word("High", 100, 100, 200, 140), word("pg", 230, 110, 270, 150))))
    assert [(run.text, run.x, run.width) for run in found] == [
        ("High", 100, 100),
        (" ", 200, 30),
        ("pg", 230, 40),
    ]
    # One size and one baseline for the line: all its boxes, 100 to 150, and the descent below.
    assert {(run.size, run.y) for run in found} == {(50, 2000 - 150 + 0.2 * 50)}


def test_lines_do_not_share_a_size() -> None:
    found = list(runs(layer(word("a", 0, 0, 10, 10), word("b", 0, 50, 10, 90, line=1))))
    assert [(run.text, run.size) for run in found] == [("a", 10), ("b", 40)]


def test_a_word_far_higher_than_its_line_stands_alone() -> None:
    words = [word("T", 0, 0, 80, 100), *(word("he", 90 + x, 70, 110 + x, 95) for x in (0, 30))]
    sizes = [run.size for run in runs(layer(*words)) if run.text != " "]
    assert sizes == [100, 25, 25]


def test_words_of_a_tilted_line_stand_level_each_at_its_own_height() -> None:
    words = [word("tilt", 100 * x, 300 + 5 * x, 100 * x + 80, 330 + 5 * x) for x in range(9)]
    found = [run for run in runs(layer(*words)) if run.text != " "]
    assert found[0].y - found[8].y == pytest.approx(40)
    assert {run.size for run in found} == {found[0].size}


def test_a_word_ends_before_the_next_one() -> None:
    one, space, two = runs(layer(word("one", 0, 0, 60, 20), word("two", 50, 0, 100, 20)))
    assert one.x + one.width == space.x < two.x == space.x + space.width


def test_chinese_has_no_spaces_and_arabic_is_seen_from_left_to_right() -> None:
    chinese = layer(word("日本", 0, 0, 40, 20), word("語", 42, 0, 60, 20), word("A", 70, 0, 80, 20))
    assert "".join(run.text for run in runs(chinese)) == "日本語 A"
    hebrew = layer(word("שלום", 60, 0, 100, 20), word("עולם", 10, 0, 50, 20))
    assert "".join(run.text for run in runs(hebrew)) == "םלוע םולש"


@pytest.mark.parametrize("text", ["", " ", "\u3000"])
def test_words_without_text_are_left_out(text: str) -> None:
    assert list(runs(layer(word(text, 0, 0, 5, 5)))) == []


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_corners_of_the_upright_raster_lie_on_those_of_the_page(rotate: int, turn: int) -> None:
    """Turning the raster and the page by the same angle, one way and back, changes nothing."""
    wide, high = (1000, 2000) if rotate in (0, 180) else (2000, 1000)
    made = Layer(1, wide, high, turn, ())
    sheet = Sheet(10, 20, 110, 220, rotate)
    deep, across = (wide, high) if turn in (90, 270) else (high, wide)
    a, b, c, d, e, f = matrix(made, sheet)
    corners = [
        (round(a * x + c * y + e, 6), round(b * x + d * y + f, 6))
        for x, y in ((0, 0), (across, 0), (across, deep), (0, deep))
    ]
    page = [(10, 20), (110, 20), (110, 220), (10, 220)]
    quarter = (rotate + turn) // 90 % 4
    # Clockwise by a quarter, what is the lower left corner was the lower right one.
    assert corners == page[quarter:] + page[:quarter]


def test_content_leaves_the_state_as_it_was_and_paints_nothing() -> None:
    text = layer(word("𝄞a(", 100, 100, 200, 140))
    pdf = pikepdf.Pdf.new()
    stream = pdf.make_stream(content(text, Sheet(0, 0, 500, 1000)))
    stream["/Type"], stream["/Subtype"] = pikepdf.Name.XObject, pikepdf.Name.Form
    operators = [str(step.operator) for step in pikepdf.parse_content_stream(stream)]
    assert operators == ["q", "cm", "BT", "Tr", "Tm", "Tz", "Tf", "Tj", "Tf", "Tj", "ET", "Q"]
    assert b"3 Tr" in content(text, Sheet(0, 0, 500, 1000))
    assert planes(text) == {0, 1}


def test_layers_travel_as_they_are(tmp_path: Path) -> None:
    words = (word("ein\u2028Wort", 1, 2, 3, 4, line=7),)
    pages = [
        PageResult(1, "done", raw="", words=words, width=10, height=20, turn=90, engine="x"),
        PageResult(2, "done", raw="", words=words, width=10, height=20, engine=layer_file.OWN),
        PageResult(3, "done", raw="", width=10, height=20, engine="x"),
        PageResult(4, "failed"),
    ]
    assert layer_file.write(tmp_path / "layers", layer_file.layers(pages)) == 1
    [found] = layer_file.read(tmp_path / "layers")
    assert (found.number, found.width, found.height, found.turn) == (1, 10, 20, 90)
    assert [(each.text, each.box, each.line) for each in found.words] == [
        ("ein\u2028Wort", Box(1, 2, 3, 4), 7)
    ]


def test_a_pdf_is_written_as_its_objects_come() -> None:
    out = io.BytesIO()
    writer = Writer(out)
    root = writer.promise()
    made = writer.stream(b"/Test true", 5, [b"he", b"llo"])
    tree = writer.promise()
    page = writer.add(
        b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 9 9] /Resources << >> >>" % tree
    )
    writer.add(b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % page, tree)
    writer.add(b"<< /Type /Catalog /Pages %d 0 R /Mine %d 0 R >>" % (tree, made), root)
    writer.end(root)
    with pikepdf.open(out) as pdf:
        assert pdf.Root.Mine.read_bytes() == b"hello"
        assert not pdf.check_pdf_syntax()
