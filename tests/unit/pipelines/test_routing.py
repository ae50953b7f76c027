"""Which pages a second engine reads, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from pipelines import doubt, orient, routing
from pipelines.boxes import around
from pipelines.deadline import Deadline
from pipelines.errors import PageFailed, Reason
from pipelines.values import Box, Corners, Raster, Recognition, Stance, Word

PAPER = Raster(100, 200, 150.0, b"\xf0" * 20_000)
LONG = 60.0


def line(number: int, texts: list[str], confidence: float = 0.97, left: int = 0) -> list[Word]:
    found = []
    for text in texts:
        width = 10 * len(text)
        top = 30 * number
        found.append(Word(text, Box(left, top, left + width, top + 20), confidence, number))
        left += width + 8
    return found


def read(*lines: list[Word], engine: str = "tesserocr 5.5.4") -> Recognition:
    words = tuple(word for each in lines for word in each)
    text = "\n".join(" ".join(word.text for word in each) for each in lines)
    return Recognition(text, words, 0.9, 100, 200, 150.0, engine, ("eng",))


PROSE = [line(number, ["a", "page", "of", "plain", "prose"]) for number in range(5)]
RECEIPT = [
    *(line(number, ["item", str(number)]) for number in range(5)),
    *(
        [replace(w, line=number + 5) for w in line(number, ["9.90"], left=300)]
        for number in range(5)
    ),
]


class Second:
    """A second engine that reads one thing, or fails."""

    name = "rapidocr"
    in_process = True
    upright = 0.6
    version = "3"

    def __init__(self, answer: Recognition | PageFailed) -> None:
        self.answer = answer
        self.asked: list[Raster] = []
        self.spots: list[Sequence[Corners]] = []

    def languages(self) -> tuple[str, ...]:
        return ("eng",)

    def recognize(
        self, raster: Raster, languages: tuple[str, ...], *, seconds: float
    ) -> Recognition:
        self.asked.append(raster)
        if isinstance(self.answer, PageFailed):
            raise self.answer
        return self.answer

    def reread(
        self,
        raster: Raster,
        spots: Sequence[Corners],
        languages: tuple[str, ...],
        *,
        seconds: float,
    ) -> Recognition:
        self.spots.append(spots)
        return self.recognize(raster, languages, seconds=seconds)

    def stance(self, raster: Raster, *, seconds: float) -> Stance | None:
        return None


def weak(lines: list[list[Word]]) -> Recognition:
    return read(*([replace(word, confidence=0.5) for word in each] for each in lines))


def closer(first: Recognition, second: Second, bound: float = 0.9) -> Recognition:
    return routing.closer(first, PAPER, second, bound, Deadline.after(LONG))


def asked_again(first: Recognition, raster: Raster) -> bool:
    second = Second(read(*PROSE, engine="rapidocr 3"))
    routing.closer(first, raster, second, 0.9, Deadline.after(LONG))
    return bool(second.asked)


def test_a_page_that_reads_well_pays_nothing() -> None:
    second = Second(read(*PROSE))
    first = read(*PROSE)
    assert closer(first, second) is first
    assert (second.asked, routing.outcome(first)) == ([], None)


def test_a_doubtful_page_is_read_twice_and_says_so() -> None:
    again = read(*([replace(w, text=w.text.upper()) for w in each] for each in PROSE))
    found = closer(weak(PROSE), Second(replace(again, engine="rapidocr 3")))
    assert found.text == again.text
    assert routing.ESCALATED in found.flags
    assert (found.engine, routing.outcome(found)) == ("rapidocr 3", "second")


def test_words_of_both_engines_name_both() -> None:
    again = read(*PROSE[:2], line(3, ["seen", "by", "one"]), engine="rapidocr 3")
    found = closer(weak(PROSE[:2]), Second(again))
    assert (found.text.endswith("seen by one"), routing.outcome(found)) == (True, "both")


def test_lines_of_fraktur_are_read_once() -> None:
    second = Second(read(*PROSE, engine="rapidocr 3"))
    first = replace(weak(PROSE), languages=("frk",))
    assert closer(first, second) is first
    assert second.asked == []


def test_never_means_never() -> None:
    second = Second(read(*PROSE))
    assert closer(weak(PROSE), second, bound=0.0).flags == ()
    assert second.asked == []


def test_a_second_engine_that_fails_costs_nothing_but_a_flag() -> None:
    found = closer(weak(PROSE), Second(PageFailed(Reason.TIMEOUT, "too long")))
    assert (found.words, routing.outcome(found)) == (weak(PROSE).words, "failed")


def test_cells_are_asked_for_more() -> None:
    surish = [[replace(word, confidence=0.925) for word in each] for each in RECEIPT]
    assert asked_again(read(*surish), PAPER)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_cells_are_known_on_a_page_that_lies_on_its_side(turn: int) -> None:
    surish = [[replace(word, confidence=0.925) for word in each] for each in RECEIPT]
    lying = orient.read_turned(read(*surish), 360 - turn)
    assert lying.turn == turn
    assert asked_again(lying, PAPER)


@pytest.mark.parametrize(("ink", "expected"), [(0, False), (400, True)])
def test_a_page_without_words_is_looked_at_again_where_there_is_ink(
    ink: int, expected: bool
) -> None:
    raster = replace(PAPER, pixels=b"\x20" * ink + PAPER.pixels[ink:])
    assert asked_again(read(), raster) is expected


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_boxes_of_a_turned_page_lie_where_they_did(turn: int) -> None:
    first = replace(weak(PROSE[:1]), turn=turn)
    size = (200, 100) if turn in (90, 270) else (100, 200)
    again = Recognition("", (), None, *size, 150.0, "rapidocr 3", ("eng",))
    second = Second(again)
    found = closer(first, second)
    assert (second.asked[0].width, second.asked[0].height) == size
    assert found.turn == turn
    assert {word.box for word in found.words} <= {word.box for word in first.words}
    assert (found.width, found.height) == (100, 200)


def test_a_page_of_cells_is_read_again_whole() -> None:
    second = Second(read(*RECEIPT, engine="rapidocr 3"))
    doubtful = [[replace(w, confidence=0.5) for w in each] for each in RECEIPT[1:]]
    closer(read(RECEIPT[0], *doubtful), second)
    assert second.asked[0] == PAPER


def test_of_prose_only_lines_that_were_read_badly_are_shown() -> None:
    second = Second(read(PROSE[2][:1], engine="rapidocr 3"))
    doubtful = [replace(word, confidence=0.5) for word in PROSE[2]]
    found = closer(read(PROSE[0], doubtful), second)
    [[spot]] = second.spots
    box = around(word.box for word in doubtful)
    (left, top), (right, bottom) = spot[0], spot[2]
    assert left < box.left < box.right < right
    assert top < box.top < box.bottom < bottom
    assert found.text.startswith("a page of plain prose\n")


def inked(read_at: int, missed_at: int, missed: int) -> Raster:
    """PAPER with ink in the row where words were read, and `missed` rows of it elsewhere."""
    pixels = bytearray(PAPER.pixels)
    for row in (*range(read_at, read_at + 14), *range(missed_at, missed_at + missed)):
        pixels[100 * row : 100 * row + 90] = b"\x20" * 90
    return replace(PAPER, pixels=bytes(pixels))


def test_where_ink_is_left_over_more_is_looked_for() -> None:
    sure, raster = read(PROSE[0]), inked(5, 120, 4)
    second = Second(read(engine="rapidocr 3"))
    assert routing.PART <= doubt.missed(sure, raster) < routing.BLIND
    found = routing.closer(sure, raster, second, 0.9, Deadline.after(LONG))
    [asked] = second.asked
    assert {asked.pixels[600 + x] for x in range(10)} == {0xFF}  # under the first word
    assert asked.pixels[12000:12090] == b"\x20" * 90
    assert (second.spots, found.text) == ([], sure.text)


def half_seen() -> tuple[Recognition, Raster]:
    """A line that was read well, one that was not, and ink of a third."""
    first = read(PROSE[0], [replace(word, confidence=0.5) for word in PROSE[1]])
    pixels = bytearray(inked(5, 120, 4).pixels)
    for row in range(34, 48):
        pixels[100 * row : 100 * row + 90] = b"\x20" * 90
    return first, replace(PAPER, pixels=bytes(pixels))


def test_of_a_doubtful_page_with_some_ink_left_over_bad_lines_are_read_and_others_looked_for() -> (
    None
):
    first, raster = half_seen()
    assert routing.asked(first, raster, 0.9) is routing.Share.MORE
    second = Second(read(line(4, ["seen"]), engine="rapidocr 3"))
    found = routing.closer(first, raster, second, 0.9, Deadline.after(LONG))
    assert len(second.spots) == 1 and len(second.asked) == 2
    shown = second.asked[1]
    assert shown.pixels[600:690] == shown.pixels[4000:4090] == b"\xff" * 90
    assert shown.pixels[12000:12090] == b"\x20" * 90
    assert found.text.startswith("a page of plain prose\n") and "seen" in found.text


def test_lines_that_were_read_count_though_the_search_for_others_fails() -> None:
    class Half(Second):
        def recognize(
            self, raster: Raster, languages: tuple[str, ...], *, seconds: float
        ) -> Recognition:
            if self.asked:
                raise PageFailed(Reason.TIMEOUT, "too long")
            return super().recognize(raster, languages, seconds=seconds)

    first, raster = half_seen()
    again = [replace(word, text=word.text.upper()) for word in PROSE[1]]
    second = Half(read(again, engine="rapidocr 3"))
    found = routing.closer(first, raster, second, 0.9, Deadline.after(LONG))
    assert found.text == "a page of plain prose\nA PAGE OF PLAIN PROSE"
    assert {routing.FAILED, routing.ESCALATED} <= set(found.flags)


def test_on_a_page_that_lies_on_its_side_only_good_lines_are_covered() -> None:
    words = (
        Word("one", Box(2, 0, 22, 40), 0.97, 0),
        Word("two", Box(3, 120, 23, 180), 0.97, 0),
        Word("bad", Box(40, 60, 60, 100), 0.5, 1),
    )
    first = replace(read(), words=words, text="one two\nbad", turn=90)
    pixels = bytearray(PAPER.pixels)
    for row in (*range(10, 30), *range(130, 170)):
        pixels[100 * row + 5 : 100 * row + 20] = b"\x20" * 15
        pixels[100 * row + 28 : 100 * row + 32] = b"\x20" * 4
    for row in range(70, 90):
        pixels[100 * row + 44 : 100 * row + 56] = b"\x20" * 12
    second = Second(Recognition("", (), None, 200, 100, 150.0, "rapidocr 3", ("eng",)))
    raster = replace(PAPER, pixels=bytes(pixels))
    assert routing.asked(first, raster, 0.5) is routing.Share.REST
    routing.closer(first, raster, second, 0.5, Deadline.after(LONG))
    [shown] = (orient.turned(asked, 270) for asked in second.asked)
    assert shown.pixels[100 * 75 + 44 : 100 * 75 + 56] == b"\x20" * 12
    assert shown.pixels[100 * 20 + 5 : 100 * 20 + 20] == b"\xff" * 15


def test_a_page_without_a_bad_line_is_read_once() -> None:
    middling = read(*([replace(word, confidence=0.87) for word in each] for each in PROSE))
    second = Second(read(*PROSE))
    assert closer(middling, second, bound=0.92) is middling
    assert (second.asked, second.spots) == ([], [])


def test_where_much_ink_is_left_over_the_page_is_read_anew() -> None:
    second = Second(read(engine="rapidocr 3"))
    raster = inked(5, 120, 60)
    routing.closer(read(PROSE[0]), raster, second, 0.9, Deadline.after(LONG))
    assert second.asked == [raster]
