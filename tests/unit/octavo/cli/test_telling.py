"""How a document ended is said on stderr, and by the exit code."""

from __future__ import annotations

import pytest

from octavo.cli import exits
from octavo.cli.following import tell


def test_a_partial_document_names_its_pages_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    document = {
        "state": "partial",
        "pages_done": 11,
        "pages_failed": 1,
        "reasons": [{"page": 3, "code": "timeout", "detail": "The page took too long."}],
    }
    assert tell(document) == exits.PARTIAL
    said = capsys.readouterr()
    assert said.err == (
        "partial: 11 pages have text, 1 have none\npage 3: timeout: The page took too long.\n"
    )
    assert said.out == ""


def test_a_completed_document_needs_no_words(capsys: pytest.CaptureFixture[str]) -> None:
    document = {"state": "completed", "pages_done": 1, "pages_failed": 0, "reasons": []}
    assert tell(document) == exits.OK
    assert capsys.readouterr().err == ""
