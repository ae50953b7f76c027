"""Pages are folded into sheaves without losing or repeating one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from store.sheaves import fold


@given(st.lists(st.integers(1, 10_000), unique=True).map(sorted), st.integers(1, 64))
def test_sheaves_hold_every_page_once_in_order(pages: list[int], size: int) -> None:
    sheaves = fold(pages, size)
    assert [page for sheaf in sheaves for page in sheaf] == pages
    assert all(len(sheaf) == size for sheaf in sheaves[:-1])
    assert all(0 < len(sheaf) <= size for sheaf in sheaves)
