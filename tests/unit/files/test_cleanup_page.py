"""The page on cleanup explains every reason for which an answer is refused."""

from __future__ import annotations

from pathlib import Path

from pipelines.cleanup.values import Refusal

PAGE = Path(__file__).parents[3] / "docs/cleanup.md"


def test_every_reason_is_in_its_table() -> None:
    table = PAGE.read_text("utf-8").split("## Guards")[1].split("## Providers")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert [reason for reason in Refusal if f"`{reason}`" not in "".join(rows)] == []
