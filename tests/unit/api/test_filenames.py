"""File names as data."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import filenames


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        (None, "document"),
        ("", "document"),
        ("..", "document"),
        (" . ", "document"),
        ("scan.pdf", "scan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\scan.pdf", "scan.pdf"),
        ("a\r\nSet-Cookie: b.pdf", "aSet-Cookie: b.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("क्\u200dष.pdf", "क्\u200dष.pdf"),
        ("a" * 300 + ".pdf", "a" * 251 + ".pdf"),
        ("a." + "b" * 300, "a." + "b" * 253),
    ],
)
def test_a_name_is_cleaned(name: str | None, kept: str) -> None:
    assert filenames.clean(name) == kept


@given(st.text(st.characters(exclude_categories=()), max_size=400))
def test_a_clean_name_is_safe_and_stays_as_it_is(name: str) -> None:
    kept = filenames.clean(name)
    assert 0 < len(kept) <= filenames.LONGEST
    assert not {"/", "\\"} & set(kept)
    assert all(unicodedata.category(mark) not in ("Cc", "Cs") for mark in kept)
    kept.encode()
    assert filenames.clean(kept) == kept


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("scan.pdf", "attachment; filename=\"scan.txt\"; filename*=UTF-8''scan.txt"),
        (
            'a "b"; c\\.pdf',
            "attachment; filename=\"a _b__ c.txt\"; filename*=UTF-8''a%20%22b%22%3B%20c%5C.txt",
        ),
        (
            "日本.pdf",
            "attachment; filename=\"document.txt\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.txt",
        ),
        ("...", "attachment; filename=\"document.txt\"; filename*=UTF-8''document.txt"),
    ],
)
def test_a_result_is_named_safely(name: str, header: str) -> None:
    assert filenames.attachment(name, "txt") == header
