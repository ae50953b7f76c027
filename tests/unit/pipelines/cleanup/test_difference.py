"""The difference of two texts: what it says, and that it makes one of the other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.cleanup.difference import Difference, Edit, diff

TEXTS = st.lists(
    st.sampled_from(["a", "b", "ab", "rn", "m", "10", ".", " ", "  ", "\n", "語", "é"]), max_size=30
).map("".join)


def test_words_that_changed_are_told_with_their_places() -> None:
    assert diff("tbe old rnan sat  in thehouse |", "the old man sat in the house, yes") == (
        Difference(Edit.REPLACE, 0, 3, 0, 3, "tbe", "the"),
        Difference(Edit.REPLACE, 8, 12, 8, 11, "rnan", "man"),
        Difference(Edit.REPLACE, 21, 29, 19, 29, "thehouse", "the house,"),
        Difference(Edit.REPLACE, 30, 31, 30, 33, "|", "yes"),
    )


@given(TEXTS, TEXTS)
def test_applied_to_the_raw_text_it_gives_the_clean_one(raw: str, clean: str) -> None:
    changed, at = [], 0
    for each in diff(raw, clean):
        assert raw[each.start : each.end] == each.raw
        assert clean[each.into : each.until] == each.clean
        changed += [raw[at : each.start], " ", each.clean, " "]
        at = each.end
    solid = "".join("".join([*changed, raw[at:]]).split())
    assert solid == "".join(clean.split())
