"""First bytes and page ranges."""

from __future__ import annotations

import pytest

from pipelines import media
from pipelines.errors import DocumentRejected, Reason


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n\0\0", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"II*\0\x08", "image/tiff"),
        (b"MM\0*\0", "image/tiff"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"\n%PDF-1.7", None),  # a polyglot hides its other self before the mark
        (b"<html>%PDF-1.7", None),
        (b"SIMPLE  = T", None),
        (b"%!PS-Adobe-3.0 EPSF", None),
        (b"RIFF\x10\0\0\0WAVE", None),
        (b"", None),
    ],
)
def test_only_the_first_bytes_say_what_a_file_is(head: bytes, expected: str | None) -> None:
    assert media.sniff(head) == expected


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        (None, (1, 2, 3, 4, 5, 6, 7)),
        ("1-3,7", (1, 2, 3, 7)),
        ("5-", (5, 6, 7)),
        (" 2 , 2-3 ", (2, 3)),
        ("7,1", (1, 7)),
        ("3,2-4,3", (2, 3, 4)),
        ("last", (7,)),
        ("6 - LAST", (6, 7)),
        ("7-last", (7,)),
        ("01 \u2013 02", (1, 2)),
    ],
)
def test_a_range_names_each_page_once(text: str | None, pages: tuple[int, ...]) -> None:
    assert media.page_range(text, 7) == pages


@pytest.mark.parametrize("text", ["8", "1-8", "8-", "999999999"])
def test_pages_that_are_not_there_are_named(text: str) -> None:
    with pytest.raises(DocumentRejected, match="7 pages") as caught:
        media.page_range(text, 7)
    assert caught.value.reason is Reason.PAGE_OUT_OF_RANGE


@pytest.mark.parametrize(
    "text",
    [
        *("", ",", "1,", "0", "0-2", "3-1", "last-2", "last-last", "last-", "-3", "1--2", "a"),
        *("1;2", "1" * 1001, "1" * 10, "1٣", "1-1٣", "lastly", "1-2-3"),
    ],
)
def test_a_malformed_range_is_refused_without_knowing_the_file(text: str) -> None:
    with pytest.raises(DocumentRejected) as caught:
        media.check_page_range(text)
    assert caught.value.reason is Reason.PAGE_OUT_OF_RANGE
    assert caught.value.advice


@pytest.mark.parametrize(
    ("text", "advice"),
    [("5,3-1", "'3-1' runs backwards"), ("-3", "1-3"), ("0", "from 1"), ("x", '"last"')],
)
def test_the_advice_is_about_what_was_probably_meant(text: str, advice: str) -> None:
    with pytest.raises(DocumentRejected) as caught:
        media.check_page_range(text)
    assert advice in caught.value.advice


def test_a_file_of_one_page_is_spoken_of_as_one() -> None:
    with pytest.raises(DocumentRejected) as refused:
        media.page_range("77", 1)
    assert refused.value.message == "The file has 1 page; '77' names page 77."
    assert refused.value.advice == "Name page 1."
