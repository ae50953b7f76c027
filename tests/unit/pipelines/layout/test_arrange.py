"""Words in reading order, in lines and blocks."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipelines.layout.arrange import arranged, grouped
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


def test_a_cell_of_several_lines_stays_in_its_row() -> None:
    rows = [
        ["Tea|a drink of leaves that", "|grow in India"],
        ["Milk|a drink that is white and", "|that calves like too"],
        ["Bread|a loaf of flour and some", "|water and salt"],
    ]
    words, top = [], 100
    for number, row in enumerate(rows):
        for part, cells in enumerate(row):
            name, said = cells.split("|")
            words += line(name, 2 * number + part, left=100, top=top)
            words += line(said, 2 * number + part, left=400, top=top)
            top += PITCH
        top += PITCH // 2
    read = arranged(read_of(words))
    assert lines_of(read) == [" ".join(" ".join(row).replace("|", " ").split()) for row in rows]
    assert [(block.kind, block.columns) for block in read.blocks] == [(BlockKind.TABLE, (100, 400))]


def test_what_stands_at_half_the_height_of_a_cell_is_in_its_row() -> None:
    rows = [f"Rye{number} a loaf of flour, water, salt" for number in range(24)]
    words, top = [], 100
    for number, row in enumerate(rows):
        name, said = row.split(maxsplit=1)
        words += line(name, 2 * number, left=100, top=top)
        words += line(said, 2 * number + 1, left=400, top=top)
        top += 33
    words += line("one that grows to a long way", 60, left=400, top=top)
    words += line("Oat", 61, left=100, top=top + 14)
    words += line("and then wraps", 62, left=400, top=top + 27)
    words += line("Wheat", 63, left=100, top=top + 60) + line("a loaf", 64, left=400, top=top + 60)
    assert lines_of(arranged(read_of(words))) == [
        *rows,
        "Oat one that grows to a long way and then wraps",
        "Wheat a loaf",
    ]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 900), st.integers(0, 1300), st.integers(1, 99), st.integers(1, 60),
            st.integers(0, 9), st.sampled_from(["a", "12", "字", "اب", "end."]),
        ),
        max_size=40,
    ),
    st.sampled_from([0, 90, 180, 270]),
)  # fmt: skip
def test_no_word_is_lost_and_every_line_is_in_one_block(
    boxes: list[tuple[int, int, int, int, int, str]], turn: int
) -> None:
    words = [
        Word(text, Box(x, y, x + width, y + height), 0.5, number)
        for x, y, width, height, number, text in sorted(boxes, key=lambda each: each[4])
    ]
    read = arranged(replace(read_of(words), turn=turn))
    assert sorted(map(str, ((w.text, w.box) for w in read.words))) == sorted(
        map(str, ((w.text, w.box) for w in words))
    )
    numbers = [word.line for word in read.words]
    assert numbers == sorted(numbers)
    assert [line for block in read.blocks for line in range(block.first, block.end)] == sorted(
        set(numbers)
    )
    assert "".join(read.text.split()) == "".join(word.text for word in read.words)
    assert all(block.columns for block in read.blocks if block.kind is BlockKind.TABLE)


def test_a_line_that_runs_over_a_gutter_is_parted_there() -> None:
    left, right = column(60, 9, 0, said="l"), column(540, 9, 20, said="r")
    over = [replace(w, line=4) for w in right if w.line == 24]
    words = [*left, *over, *(w for w in right if w.line != 24)]
    words.sort(key=lambda w: w.line)
    wanted = arranged(read_of(left)).text.split() + arranged(read_of(right)).text.split()
    assert arranged(read_of(words)).text.split() == wanted


def test_a_figure_beside_a_long_text_comes_after_it() -> None:
    labels = [each for k in range(5) for each in line(f"f{k}", 30 + k, left=700, top=215 + 70 * k)]
    text = column(60, 14, 0)
    read = arranged(read_of([*text, *labels]))
    assert read.text.split()[-5:] == ["f0", "f1", "f2", "f3", "f4"]


def page_of_a_book(left: int, number: int, first: int) -> list[Word]:
    """Twenty lines, above them the page's number and a title."""
    head = line(str(number), first, left=left, top=60) + line(
        "ON TEA", first, left=left + 200, top=60
    )
    words = []
    for row in range(20):
        words += line(
            f"{number}w{row} " + "x" * 26, first + 1 + row, left=left, top=140 + row * PITCH
        )
    return head + words


def test_an_open_book_is_read_page_by_page_each_with_its_head() -> None:
    words = page_of_a_book(60, 12, 0) + page_of_a_book(760, 13, 30)
    words.sort(key=lambda word: (word.box.top, word.line))
    read = arranged(read_of(words, width=1300, height=900))
    assert [block.kind for block in read.blocks if block.kind is not BlockKind.TEXT] == [
        BlockKind.HEADER,
        BlockKind.HEADER,
    ]
    text = read.text.split()
    assert text[:3] == ["12", "ON", "TEA"]
    assert text.index("13") > text.index("12w19")


def test_the_number_of_a_page_is_its_foot_and_its_last_line_is_not() -> None:
    body = column(60, 30, 0)
    read = arranged(read_of(body + line("- 7 -", 40, left=300, top=1340)))
    assert read.blocks[-1].kind is BlockKind.FOOTER
    assert read.text.endswith("- 7 -")
    read = arranged(read_of(body + line("in the end", 40, left=300, top=1340)))
    assert {block.kind for block in read.blocks} == {BlockKind.TEXT}


def test_a_paragraph_goes_on_in_the_next_column() -> None:
    read = arranged(read_of(column(60, 9, 0) + column(540, 9, 20, shift=11)))
    assert len(read.blocks) == 1


@given(st.permutations(range(6)))
def test_a_text_layer_keeps_its_order(order: list[int]) -> None:
    rows = [f"item {n} {10 * n}.50" for n in range(5)] + ["and a line of text below the table"]
    words = []
    for place, row in enumerate(order):
        words += line(rows[row], place, top=100 + row * PITCH)
    read = grouped(read_of(words))
    assert [(word.text, word.line) for word in read.words] == [(w.text, w.line) for w in words]
    assert [line for block in read.blocks for line in range(block.first, block.end)] == [*range(6)]


def test_a_text_layer_has_tables() -> None:
    words = []
    for row in range(4):
        words += line("green tea", row) + line(f"{row}.50", row, left=500)
    assert [block.kind for block in grouped(read_of(words)).blocks] == [BlockKind.TABLE]
