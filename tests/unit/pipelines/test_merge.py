"""Two readings of a page as one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.merge import merged
from pipelines.values import Box, Recognition, Word

SURE, DOUBTFUL = 0.96, 0.3


def word(text: str, left: int, line: int = 0, *, confidence: float = SURE, width: int = 0) -> Word:
    top = 40 * line
    return Word(text, Box(left, top, left + (width or 10 * len(text)), top + 20), confidence, line)


def read(*words: Word, engine: str = "tesserocr 5.5.4") -> Recognition:
    return Recognition("", words, None, 1000, 1000, 200.0, engine, ("eng",))


def other(*words: Word) -> Recognition:
    return read(*words, engine="rapidocr 3.10.0")


def test_of_each_spot_the_likelier_reading_is_kept() -> None:
    ours = read(word("Totai", 0, confidence=DOUBTFUL), word("9.90", 100))
    theirs = other(word("Total", 1, confidence=0.999), word("9.9O", 101, confidence=0.5))
    assert merged(ours, theirs).text == "Total 9.90"


def test_what_both_read_with_other_spaces_keeps_those_there_is_room_for() -> None:
    glued = other(word("theorgan", 0, width=100))
    assert merged(read(word("the", 0), word("organ", 50)), glued).text == "the organ"
    assert merged(read(word("the", 0), word("organ", 31)), glued).text == "theorgan"


def test_what_one_alone_saw_stays_if_it_is_trusted() -> None:
    ours = read(word("first", 0), word("third", 0, 2))
    theirs = other(word("second", 0, 1, confidence=0.999), word("~", 500, 1, confidence=0.2))
    assert merged(ours, theirs).text == "first\nsecond\nthird"


def test_a_mark_that_neither_reads_surely_is_no_word() -> None:
    ours = read(word("it", 0), word('"', 100, confidence=0.2))
    assert merged(ours, other(word("11", 99, confidence=0.5))).text == "it"


def test_a_word_in_a_line_of_sure_ones_is_trusted_more() -> None:
    beside = [word("surely", 100 * n, 1, confidence=0.999) for n in range(1, 4)]
    theirs = other(word("seen", 0, 1, confidence=0.82), *beside)
    assert merged(read(word("first", 0)), theirs).text == "first\nseen surely surely surely"


def test_it_goes_into_the_line_it_stands_in() -> None:
    theirs = other(word("4.20", 300, confidence=0.999))
    assert merged(read(word("Tea", 0), word("Sum", 0, 1)), theirs).text == "Tea 4.20\nSum"


def test_a_word_over_two_lines_glues_them_not() -> None:
    tall = Word("1", Box(0, 0, 8, 60), DOUBTFUL, 0)
    lines = (word("2x", 0, 0, confidence=0.99), word("3x", 0, 1, confidence=0.99))
    assert merged(other(*lines), read(tall)).text == "2x\n3x"


def test_confidences_say_how_likely_a_word_is_right() -> None:
    (only,) = merged(read(word("Total", 0, confidence=0.12)), other(word("x", 0))).words
    assert (only.text, only.confidence > 0.5) == ("x", True)


words = st.builds(
    lambda text, left, line, sure: word(text, left, line, confidence=sure),
    *(st.text("abc1.", min_size=1, max_size=6), st.integers(0, 900)),
    *(st.integers(0, 8), st.floats(0, 1)),
)


@given(st.lists(words, max_size=12), st.lists(words, max_size=12))
def test_every_word_is_one_of_theirs_and_lines_ascend(ours: list[Word], theirs: list[Word]) -> None:
    found = merged(read(*sorted(ours, key=lambda w: w.line)), other(*theirs))
    boxes = {(each.text, each.box) for each in (*ours, *theirs)}
    assert all((each.text, each.box) in boxes for each in found.words)
    assert [each.line for each in found.words] == sorted(each.line for each in found.words)
    assert found.text.split() == [part for each in found.words for part in each.text.split()]
