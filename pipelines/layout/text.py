"""The text that blocks of lines make."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.rows import joined
from pipelines.values import Block, Word


def text_of(words: Sequence[Word], blocks: Sequence[Block]) -> str:
    """The words of `blocks`: lines joined by LF, blocks by an empty line."""
    lines: dict[int, list[Word]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    return "\n\n".join(
        "\n".join(joined(lines[line]) for line in range(block.first, block.end)) for block in blocks
    )
