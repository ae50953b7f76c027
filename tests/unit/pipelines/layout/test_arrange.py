"""Words in reading order, in lines and blocks."""

from __future__ import annotations

from pipelines.layout.arrange import arranged
from pipelines.values import Block, BlockKind, Box, Recognition, Word

SIZE, PITCH, WIDTH = 20, 34, 12  # pixels: height of letters, line to line, a letter


def read_of(words: list[Word], width: int = 1000, height: int = 1400) -> Recognition:
    return Recognition("", tuple(words), 0.9, width, height, 150.0, "test", ("eng",))


def line(text: str, number: int, *, left: int = 100, top: int | None = None) -> list[Word]:
    """The words of a line `number` of a page typed with one width for all letters."""
    top = 100 + number * PITCH if top is None else top
    words, x = [], left
    for each in text.split():
        words.append(Word(each, Box(x, top, x + WIDTH * len(each), top + SIZE), 0.9, number))
        x += WIDTH * (len(each) + 1)
    return words


def test_lines_of_a_paragraph_stay_together() -> None:
    read = arranged(read_of(line("one two", 0) + line("three four", 1)))
    assert read.text == "one two\nthree four"
    assert read.blocks == (Block(BlockKind.TEXT, Box(100, 100, 220, 154), 0, 2),)


def test_white_space_parts_paragraphs() -> None:
    lines = [line("one two", 0), line("three four", 1), line("five six", 2), line("seven", 4)]
    read = arranged(read_of([word for each in lines for word in each]))
    assert read.text == "one two\nthree four\nfive six\n\nseven"
    assert [(block.first, block.end) for block in read.blocks] == [(0, 3), (3, 4)]


def test_an_indented_line_after_a_sentence_begins_a_paragraph() -> None:
    lines = [
        line("one two three four", 0),
        line("five six seven end.", 1),
        line("Eight nine ten", 2, left=140),
        line("one two three four", 3),
    ]
    read = arranged(read_of([word for each in lines for word in each]))
    assert [(block.first, block.end) for block in read.blocks] == [(0, 2), (2, 4)]


def test_a_page_without_words_has_no_blocks() -> None:
    read = arranged(read_of([]))
    assert (read.text, read.blocks) == ("", ())
