"""Pages are folded into sheaves without losing or repeating one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from store.sheaves import Plan, fold

SIZES = st.integers(1, 64)


def plan(sheaf: int, bulk: int) -> Plan:
    return Plan(
        sheaf_pages=sheaf, bulk_pages=bulk, sheaves_in_flight=2, pages_in_flight=9, lease_seconds=9
    )


@given(st.dictionaries(st.integers(1, 10_000), st.booleans()), SIZES, SIZES)
def test_sheaves_hold_every_page_once_in_order_and_one_kind(
    cheap: dict[int, bool], sheaf: int, bulk: int
) -> None:
    sheaves = fold(sorted(cheap.items()), plan(sheaf, bulk))
    assert [page for each in sheaves for page in each.pages] == sorted(cheap)
    assert all(cheap[page] is each.bulk for each in sheaves for page in each.pages)
    assert all(0 < len(each.pages) <= (bulk if each.bulk else sheaf) for each in sheaves[1:])


def test_the_first_sheaf_is_small_and_later_ones_are_as_large_as_their_pages_are_cheap() -> None:
    pages = [(number, number > 20) for number in range(1, 121)]
    sizes = [(len(each.pages), each.bulk) for each in fold(pages, plan(8, 64))]
    assert sizes == [(8, False), (8, False), (4, False), (64, True), (36, True)]
    cheap = [(number, True) for number in range(1, 101)]
    assert [len(each.pages) for each in fold(cheap, plan(8, 64))] == [8, 64, 28]
