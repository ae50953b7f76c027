"""How a document ended is said on stderr, and by the exit code."""

from __future__ import annotations

from typing import Any

import pytest

from octavo.cli import exits
from octavo.cli.client import Client, Refused
from octavo.cli.exits import Failure
from octavo.cli.following import STILL_SECONDS, Stillness, await_end, tell
from octavo.cli.progress import Lines


def test_a_partial_document_names_its_pages_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    reason = {"page": 3, "code": "timeout", "detail": "The page took too long."}
    document = seen("partial", 11, 12) | {"pages_failed": 1, "reasons": [reason]}
    assert tell(document) == exits.PARTIAL
    said = capsys.readouterr()
    assert said.err == (
        "partial: 11 pages have text, 1 has none\npage 3: timeout: The page took too long.\n"
    )
    assert said.out == ""


def test_a_completed_document_needs_no_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell(seen("completed", 1, 1) | {"reasons": []}) == exits.OK
    assert capsys.readouterr().err == ""


def test_pages_that_were_read_before_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    document = seen("completed", 9, 9) | {"reasons": [], "summary": {"cached_pages": 4}}
    assert tell(document, "a.pdf") == exits.OK
    assert capsys.readouterr().err == "a.pdf: 4/9 pages cached: read before\n"


def test_a_file_without_pages_has_no_numbers_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    reason = {"page": None, "code": "invalid_pdf", "detail": "No PDF."}
    document = seen("failed") | {"reasons": [reason]}
    assert tell(document) == exits.FAILED
    assert capsys.readouterr().err == "failed\nfile: invalid_pdf: No PDF.\n"
    assert tell(document, "a.pdf") == exits.FAILED
    assert capsys.readouterr().err == "a.pdf: failed\na.pdf: file: invalid_pdf: No PDF.\n"


def test_pages_that_a_cancelled_document_did_not_come_to_have_no_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert tell(seen("cancelled", 1, 14) | {"reasons": []}) == exits.CANCELLED
    assert capsys.readouterr().err == "cancelled: 1 page has text, 13 have none\n"


def seen(state: str, done: int = 0, count: int | None = None) -> dict[str, Any]:
    return {
        "id": "d",
        "state": state,
        "pages_done": done,
        "pages_failed": 0,
        "page_count": count,
        "options": {"cleanup": "off"},
        "summary": None,
    }


class Clock:
    """Time that passes when told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_in_a_log_a_line_is_printed_when_something_changed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    clock = Clock()
    lines = Lines(clock)
    for moment, document in enumerate(
        [
            seen("queued"),
            seen("queued"),
            seen("processing", 0, 9),
            seen("processing", 1, 9),
            *[seen("processing", 6, 9)] * 9,
            seen("completed", 9, 9),
        ]
    ):
        clock.now = float(moment)
        lines.show(document)
    assert capsys.readouterr().err.splitlines() == [
        "queued 00:00",
        "processing 0/9 pages 00:02",
        "processing 6/9 pages 00:07",
        "completed 9/9 pages 00:13",
    ]


def test_what_stands_still_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    stillness = Stillness(clock)
    stillness.look(seen("queued"))
    clock.now = STILL_SECONDS - 1
    stillness.look(seen("queued"))
    assert capsys.readouterr().err == ""
    for clock.now in (STILL_SECONDS, 2 * STILL_SECONDS):
        stillness.look(seen("queued"))
    assert capsys.readouterr().err.count("octavo doctor") == 1
    stillness.look(seen("processing"))
    clock.now += STILL_SECONDS
    stillness.look(seen("processing"))
    assert "nothing has moved for 30 s" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (seen("awaiting_upload"), "its file is not uploaded"),
        ({**seen("processing"), "options": {"cleanup": "cleanup"}}, "a slow language model"),
    ],
)
def test_what_it_may_wait_for_is_named(
    document: dict[str, Any], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = Clock()
    stillness = Stillness(clock)
    stillness.look(document)
    clock.now = STILL_SECONDS
    stillness.look(document)
    assert said in capsys.readouterr().err


class Vanishing(Client):
    """A document that is there once."""

    looks = 0

    def document(self, document_id: str, wait: float = 0) -> dict[str, Any]:
        del document_id, wait
        self.looks += 1
        if self.looks > 1:
            raise Refused(404, {"code": "not_found"})
        return seen("processing")


def test_a_document_that_is_deleted_while_one_waits_has_its_own_exit_code() -> None:
    client = Vanishing("http://127.0.0.1:9", "key")
    with pytest.raises(Failure, match="was deleted") as ended:
        await_end(client, "d")
    assert ended.value.exit_code == exits.CANCELLED
    with pytest.raises(Refused):  # it was never there
        await_end(client, "d")
