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


LEFT = ["the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "and", "runs", "far"]


def column(left: int, rows: int, number: int, *, shift: int = 0, said: str = "") -> list[Word]:
    """Lines of about 30 letters that fill their column, the words of each marked with `said`."""
    words = []
    for row in range(rows):
        text = " ".join(f"{said}{each}" for each in (LEFT[(3 * row + k) % 12] for k in range(5)))
        text += " " + "x" * max(1, 34 - len(text))
        words += line(text, number + row, left=left, top=200 + row * PITCH + shift)
    return words


def lines_of(read: Recognition) -> list[str]:
    return [each for each in read.text.split("\n") if each]


def test_columns_are_read_one_after_the_other() -> None:
    left, right = column(60, 9, 0, said="l"), column(540, 9, 20, shift=11, said="r")
    both = [word for pair in zip(left, right, strict=False) for word in pair]
    rest = [word for word in (*left, *right) if word not in both]
    wanted = arranged(read_of(left)).text.split() + arranged(read_of(right)).text.split()
    assert arranged(read_of([*both, *rest])).text.split() == wanted


def test_a_table_is_read_in_rows() -> None:
    goods = ("tea", "black coffee", "milk", "sugar", "bread rolls")
    names = [word for row, text in enumerate(goods) for word in line(text, row, left=100)]
    prices = [
        word
        for row in range(len(goods))
        for word in line(f"{row}.50", 10 + row, left=600, top=100 + row * PITCH)
    ]
    read = arranged(read_of(names + prices))
    assert lines_of(read) == [f"{text} {row}.50" for row, text in enumerate(goods)]


def test_a_page_that_lies_is_read_as_it_is_turned() -> None:
    upright = read_of(line("one two three", 0) + line("four five six", 1), 1000, 1400)
    words = tuple(
        Word(
            w.text, Box(w.box.top, 1000 - w.box.right, w.box.bottom, 1000 - w.box.left), 0.9, w.line
        )
        for w in upright.words
    )
    read = arranged(Recognition("", words, 0.9, 1400, 1000, 150.0, "test", ("eng",)))
    assert read.text == "one two three\nfour five six"
    assert read.turn == 90
