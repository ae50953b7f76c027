"""What is read before what where columns, lists and tables stand beside and across each other."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import count

import pytest

from pipelines.layout import order
from pipelines.layout.arrange import arranged
from pipelines.values import Word
from tests.unit.pipelines.layout.test_arrange import PITCH, column, line, lines_of, read_of


def placed(*lines: tuple[str, int, int]) -> list[Word]:
    """Lines with their left and top, each of them one for the recognizer too."""
    numbers = count()
    return [
        word for text, left, top in lines for word in line(text, next(numbers), left=left, top=top)
    ]


def read(*lines: tuple[str, int, int]) -> list[str]:
    return lines_of(arranged(read_of(placed(*lines))))


def stacked(texts: list[str], left: int, top: int) -> list[tuple[str, int, int]]:
    return [(text, left, top + row * PITCH) for row, text in enumerate(texts)]


BULLETS = ["- first point of it", "- second", "- the third one goes on", "in a line", "- last"]


def test_lists_with_bullets_are_read_one_after_the_other_though_their_lines_are_level() -> None:
    other = [text.replace("-", "•") for text in BULLETS]
    assert read(*stacked(BULLETS, 100, 200), *stacked(other, 560, 200)) == [*BULLETS, *other]


def test_a_recognizer_that_takes_level_points_for_one_line_is_not_believed() -> None:
    words = [
        word
        for row, text in enumerate(BULLETS)
        for left in (100, 560)
        for word in line(text, row, left=left, top=200 + row * PITCH)
    ]
    assert lines_of(arranged(read_of(words))) == [*BULLETS, *BULLETS]


def test_points_as_wide_as_each_other_are_points() -> None:
    points = [f"- {name}" for name in ("alpha", "gamma", "delta", "omega")]
    other = [f"• {name}" for name in ("north", "south", "hills", "coast")]
    assert read(*stacked(points, 100, 200), *stacked(other, 560, 200)) == [*points, *other]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (["-1.50", "-", "-3.25", "-", "-7.00"], ["-", "-9.10", "-2.40", "-", "-8.80"]),
        (["- 1.50", "- 12,110.25", "- 3", "- 7.00"], ["- 9.10", "- 2,402.40", "- 8", "- 8.80"]),
    ],
)
def test_a_minus_before_a_number_and_an_empty_cell_are_no_bullets(
    left: list[str], right: list[str]
) -> None:
    rows = [f"{one} {other}" for one, other in zip(left, right, strict=True)]
    assert read(*stacked(left, 100, 200), *stacked(right, 560, 200)) == rows


@pytest.mark.parametrize("columns", [2, 3])
def test_an_index_is_read_down_though_its_lines_are_on_one_grid(columns: int) -> None:
    entries: list[list[str]] = [[] for _ in range(columns)]
    rng = random.Random(columns)
    for name, texts in zip("abc", entries, strict=False):
        for _ in range(40):
            long = rng.random() < 0.4
            texts += ["a longer entry,", "9, 12"] if long else [f"short {name}, 7"]
    lines = [
        each
        for number, texts in enumerate(entries)
        for each in stacked(texts, 60 + 330 * number, 100)
    ]
    assert read(*lines) == [text for texts in entries for text in texts]


def test_what_stands_higher_is_read_first_where_nothing_stands_beside_it() -> None:
    sender = stacked(["Harbour Hardware", "Mill Lane 4", "2041 Bergen"], 600, 60)
    address = stacked(["Anna Berg", "Station Street 17", "4684 Metz"], 100, 240)
    date, greeting = ("Bergen, 26 May", 600, 400), ("Dear Madam,", 100, 480)
    lines = [*sender, *address, date, greeting]
    assert read(*lines) == [text for text, *_ in lines]
    assert read(*address, greeting, *sender, date) == [text for text, *_ in lines]


def test_a_table_across_two_columns_stays_whole() -> None:
    cells = [(f"town{row}", "1.5", f"2.{row}", "9") for row in range(5)]
    top = 200 + 9 * PITCH + 40
    table = [
        (cell, left, top + row * PITCH)
        for row, held in enumerate(cells)
        for cell, left in zip(held, (80, 300, 560, 780), strict=True)
    ]
    numbers = count(100)
    words = [
        *column(60, 9, 0, said="a"),
        *column(540, 9, 20, said="b"),
        *(w for text, x, y in table for w in line(text, next(numbers), left=x, top=y)),
    ]
    down = top + 5 * PITCH + 40 - 200
    words += column(60, 9, 200, shift=down, said="c") + column(540, 9, 220, shift=down, said="d")
    found = lines_of(arranged(read_of(words, height=2000)))
    assert [each[0] for each in found] == [*"a" * 9, *"b" * 9, *"t" * 5, *"c" * 9, *"d" * 9]
    assert found[18:23] == [" ".join(row) for row in cells]


def test_a_heading_across_two_of_three_columns_comes_after_all_three() -> None:
    texts = [[f"{name}{row} ".ljust(22, "x") for row in range(9)] for name in "abc"]
    lines = [each for n, held in enumerate(texts) for each in stacked(held, 60 + 320 * n, 100)]
    heading = ("heading over the two first of them", 60, 100 + 9 * PITCH + 30)
    below = [
        each
        for n, name in enumerate("de")
        for each in stacked(
            [f"{name}{row} ".ljust(36, "x") for row in range(9)], 60 + 480 * n, heading[2] + 60
        )
    ]
    found = read(*lines, heading, *below)
    assert [each[0] for each in found] == [*"a" * 9, *"b" * 9, *"c" * 9, "h", *"d" * 9, *"e" * 9]


def test_a_foot_far_below_two_lists_is_read_after_both() -> None:
    other = [text.replace("-", "•") for text in BULLETS]
    foot = ("Anna Berg 2019", 100, 1300), ("slide number 7", 800, 1300)
    found = read(*stacked(BULLETS, 100, 200), *stacked(other, 560, 200), *foot)
    assert found == [*BULLETS, *other, "Anna Berg 2019 slide number 7"]


def test_lines_that_begin_further_out_are_no_headings_across_columns() -> None:
    books = [
        (f"{'' if row % 3 else 'by '}l{row} ".ljust(22, "x"), 120 if row % 3 else 84, row)
        for row in range(24)
    ]
    left = [(text, x, 100 + row * PITCH) for text, x, row in books]
    right = stacked([f"r{row} ".ljust(22, "x") for row in range(12)], 560, 100)
    assert read(*left, *right) == [text for text, *_ in (*left, *right)]


def test_a_table_across_two_of_three_columns_leaves_the_third_whole() -> None:
    def lines(name: str, number: int, top: int, rows: int) -> list[tuple[str, int, int]]:
        texts = [f"{name}{row} ".ljust(20, "x") for row in range(rows)]
        return stacked(texts, 60 + 310 * number, top)

    top = 100 + 9 * PITCH + 40
    table = [
        (f"t{row}", left, top + row * PITCH) for row in range(5) for left in (70, 230, 380, 520)
    ]
    below = top + 5 * PITCH + 40
    found = read(
        *lines("a", 0, 100, 9), *lines("b", 1, 100, 9), *table,
        *lines("d", 0, below, 9), *lines("e", 1, below, 9), *lines("c", 2, 100, 25),
    )  # fmt: skip
    assert [each[0] for each in found] == [
        *"a" * 9,
        *"b" * 9,
        *"t" * 5,
        *"d" * 9,
        *"e" * 9,
        *"c" * 25,
    ]


def test_what_would_be_a_table_of_one_row_is_texts_side_by_side() -> None:
    done = [
        "Done",
        "Two cranes were repaired",
        "The west quay reopened",
        "Night shifts ended in May",
    ]
    planned = [
        "Planned",
        "Hire six dock workers for it",
        "Replace the lamps",
        "Audit all of the keys",
    ]
    assert read(*stacked(done, 100, 200), *stacked(planned, 560, 200)) == [*done, *planned]


def test_columns_from_the_right_are_read_from_the_right() -> None:
    left, right = column(60, 9, 0, said="و"), column(540, 9, 20, said="ا")
    text = arranged(read_of([*left, *right])).text.split()
    assert [each[0] for each in (text[0], text[-1])] == ["ا", "x"]
    marked = [each[0] for each in text if each[0] in "وا"]
    assert marked == sorted(marked)  # alif, of the right column, is the lesser letter


def test_a_page_of_a_grid_is_judged_by_few_gutters(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[object] = []

    def down(gutter: object, *_: object) -> bool:
        judged.append(gutter)
        return False

    monkeypatch.setattr(order, "read_down", down)
    cells = [("ab", 45 * x, 60 * y) for y in range(20) for x in range(70)]
    assert len(read(*cells)) == 20
    assert 0 < len(judged) <= order.JUDGED


def test_columns_of_a_table_whose_cells_stand_low_are_none_of_a_page() -> None:
    rows = [
        ("Milivojevic", ["L&S one: how does history", "count, reading and writing", "it down"]),
        ("McCrary", ["L&S two: race and policing", "and data"]),
        ("Adhikari", ["L&S three: probability and", "statistics, connections to", "data"]),
        ("Xu", ["L&S four: data science and", "the mind"]),
        ("Edwards", ["L&S five: health and human", "behavior"]),
        ("Frontiera", ["L&S six: geospatial data and", "explorations"]),
    ]
    lines, top = [], 200
    for number, (name, title) in enumerate(rows):
        low = top + PITCH * (len(title) - 1)
        lines += [(name, 60, top), *stacked(title, 240, top)]
        lines += [(f"5{number}019", 620, low - 8), (f"Hall{number}", 740, top), ("2.0", 860, top)]
        top = low + 2 * PITCH - 8
    whole = " ".join(read(*lines))
    starts = [whole.index(name) for name, _ in rows]
    assert starts == sorted(starts)
    ends = [*starts[1:], len(whole)]
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        assert f"5{number}019" in whole[start:end] and f"Hall{number}" in whole[start:end]


def test_text_beside_a_table_is_read_before_it_and_not_into_its_rows() -> None:
    rng = random.Random(7)
    words = ["market", "winter", "paper", "letter", "again", "under", "station", "garden"]
    text: list[str] = []
    while len(text) < 24:
        row = ""
        while len(row) < 32:
            row += rng.choice(words) + " "
        text.append(row.strip())
    rows = [(f"Item{number}", f"{number}.50") for number in range(16)]
    table = [
        cell
        for number, (name, price) in enumerate(rows)
        for cell in ((name, 650, 200 + 50 * number), (price, 800, 200 + 50 * number))
    ]
    lines = read(*stacked(text, 60, 200), *table)
    assert lines == [*text, *(" ".join(row) for row in rows)]


def test_the_same_words_far_below_each_other_are_no_text_that_flows() -> None:
    told = [f"read {'and ' * (number % 5)}kept {number}" for number in range(14)]
    done = "done 15 of 15 in no time"
    lines = [
        *stacked(told, 60, 200),
        *((done, 620, 200 + PITCH * row) for row in (0, 6, 13)),
    ]
    found = read(*lines)
    assert [row for row in found if row.endswith(done)] == [
        f"{told[row]} {done}" for row in (0, 6, 13)
    ]


@pytest.mark.parametrize("slope", [-0.25, -0.12, 0.12, 0.25])
def test_prices_stay_with_what_they_are_of_on_a_receipt_photographed_askew(slope: float) -> None:
    rows = [f"organic thing number {number} {number}.99" for number in range(14)]
    words = []
    for number, row in enumerate(rows):
        *name, price = line(row, number, top=400 + number * PITCH)
        far = price.box.left + 300
        for word in (*name, replace(price, box=replace(price.box, left=far, right=far + 48))):
            fall = round(slope * (word.box.left + word.box.right) / 2)
            box = replace(word.box, top=word.box.top + fall, bottom=word.box.bottom + fall)
            words.append(replace(word, box=box))
    apart = [  # as an engine that finds each piece on its own says it
        replace(word, line=2 * word.line + (word.box.left > 500)) for word in words
    ]
    assert lines_of(arranged(read_of(apart))) == rows


def test_bullets_far_before_their_points_belong_to_them() -> None:
    left = ["kiosk", "cafeteria", "golf", "playground and pillow", "petanque", "surfing"]
    right = ["links", "baths and wellness", "squash and more", "lakes"]
    words, numbers = [], count()
    for texts, at in ((left, 100), (right, 560)):
        for text, _, top in stacked(texts, at, 200):
            number = next(numbers)
            words += line("•", number, left=at, top=top)
            words += line(text, number, left=at + 60, top=top)
    assert lines_of(arranged(read_of(words))) == [f"• {text}" for text in (*left, *right)]
