"""Large values go before small ones, and those before what is used more often."""

from __future__ import annotations

from pipelines.engines.kept import Kept

MB = 2**20


def _kept(**sizes: int) -> Kept[str, str]:
    kept: Kept[str, str] = Kept()
    for key, size in sizes.items():
        kept.add(key, key.upper(), size)
    return kept


def test_what_was_added_is_found_and_nothing_else() -> None:
    kept = _kept(a=MB)
    assert (kept.get("a"), kept.get("b")) == ("A", None)


def test_the_largest_goes_first() -> None:
    kept = _kept(large=42 * MB, small=9 * MB, other=10 * MB)
    assert kept.drop(but_last=True)
    assert [kept.get(key) for key in ("large", "small", "other")] == [None, "SMALL", "OTHER"]


def test_the_one_used_last_stays_if_that_is_asked() -> None:
    kept = _kept(small=9 * MB, large=42 * MB)
    assert kept.drop(but_last=True)
    assert (kept.get("small"), kept.get("large")) == (None, "LARGE")
    assert not kept.drop(but_last=True)
    assert kept.drop(but_last=False)
    assert not kept.drop(but_last=False)
    assert kept.get("large") is None


def test_of_the_same_size_the_one_that_was_not_used_since_something_went_goes() -> None:
    kept = _kept(a=9 * MB, b=9 * MB, large=42 * MB, c=9 * MB)
    assert kept.drop(but_last=True)  # the large one
    kept.get("a")
    assert kept.drop(but_last=True)
    assert [kept.get(key) for key in "abc"] == ["A", None, "C"]


def test_a_large_one_in_use_outlives_small_ones_that_are_not() -> None:
    kept = _kept(large=42 * MB)
    for number in range(50):
        kept.get("large")
        kept.add(f"small {number}", "", 9 * MB)
        if number >= 5:
            kept.get("large")
            assert kept.drop(but_last=True)
    assert kept.get("large") == "LARGE"
    assert kept.get("small 0") is None
    assert kept.get("small 49") is not None


def test_a_size_that_is_not_known_is_taken_for_small() -> None:
    kept = _kept(unknown=0, negative=-MB, small=9 * MB, last=MB)
    assert kept.drop(but_last=True)
    assert kept.get("small") is None
