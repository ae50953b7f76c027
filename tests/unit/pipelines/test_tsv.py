"""Reading Tesseract's TSV."""

from __future__ import annotations

from pipelines.engines import tsv
from pipelines.resolution import ASSUMED
from pipelines.values import Box, Raster

RASTER = Raster(100, 50, 300.0, b"\xff" * 5000)


def _row(place: str, text: str, confidence: float = 90.0, left: int = 10, level: int = 5) -> str:
    block, paragraph, line, word = place.split()
    return (
        f"{level}\t1\t{block}\t{paragraph}\t{line}\t{word}\t{left}\t5\t20\t10\t{confidence}\t{text}"
    )


def test_lines_and_paragraphs() -> None:
    table = "\n".join(
        [
            "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext",
            _row("1 0 0 0", "", level=2),
            _row("1 1 1 1", "Hello"),
            _row("1 1 1 2", "there"),
            _row("1 1 2 1", "again"),
            _row("1 2 1 1", "new"),
            _row("2 1 1 1", "block"),
        ]
    )
    read = tsv.recognition(table, RASTER, "test 1", ("eng",))
    assert read.text == "Hello there\nagain\n\nnew\n\nblock"
    assert [word.line for word in read.words] == [0, 0, 1, 2, 3]
    assert read.words[0].box == Box(10, 5, 30, 15)
    assert (read.width, read.height, read.dpi) == (100, 50, 300.0)


def test_control_characters_and_empty_words_are_dropped() -> None:
    table = "\n".join([_row("1 1 1 1", "a\x0cb"), _row("1 1 1 2", " "), _row("1 1 1 3", "\x0c")])
    read = tsv.recognition(table, RASTER, "test 1", ("eng",))
    assert [word.text for word in read.words] == ["ab"]
    assert read.text == "ab"


def test_confidence_is_a_share_weighted_by_length() -> None:
    table = "\n".join([_row("1 1 1 1", "abc", 100.0), _row("1 1 1 2", "x", 20.0)])
    assert tsv.recognition(table, RASTER, "t", ("eng",)).confidence == 0.8
    assert tsv.recognition("", RASTER, "t", ("eng",)).confidence is None
    assert tsv.recognition(_row("1 1 1 1", "a", -1.0), RASTER, "t", ()).words[0].confidence == 0.0


def test_quotes_are_text() -> None:
    assert tsv.recognition(_row("1 1 1 1", '"a'), RASTER, "t", ()).text == '"a'


def test_touching_chinese_words_close_up() -> None:
    table = "\n".join(
        [
            _row("1 1 1 1", "你", left=10),
            _row("1 1 1 2", "好", left=31),
            _row("1 1 1 3", "世", left=70),
            _row("1 1 1 4", "A", left=91),
        ]
    )
    assert tsv.recognition(table, RASTER, "t", ("chi_sim",)).text == "你好 世 A"


def test_an_assumed_resolution_is_not_stated() -> None:
    assert tsv.stated_resolution(RASTER) == 300
    assumed = Raster(1, 1, 150.0, b"\0", (ASSUMED,))
    assert tsv.stated_resolution(assumed) == tsv.LEAST_RESOLUTION
