"""An accepted answer's words where the raw text has its lines and gaps."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.cleanup.pairing import Pair, runs
from pipelines.cleanup.tokens import Tokens
from pipelines.cleanup.values import Mode
from pipelines.values import Word


def laid_out(before: Tokens, after: Tokens, paired: Sequence[Pair], mode: Mode) -> str:
    """The answer's words with the raw text's white space: no model moves lines or columns.

    In vision mode the model has seen the page, and its own white space stands.
    """
    if mode is Mode.VISION:
        return "\n".join(line.rstrip() for line in after.text.split("\n")).strip("\n")
    parts: list[str] = []
    at = 0  # of the raw text, how far its white space is told
    owed = False  # a line ended inside the words before
    for pair in paired:
        if not pair.come:
            continue
        if pair.lost:
            start = before.spans[pair.first][0]
            gap = _gap(before.text[at:start], bool(parts))
            parts.append("\n" if owed and "\n" not in gap else gap)
            at = before.spans[pair.end - 1][1]
            owed = "\n" in before.text[start:at]
        else:
            parts.append(" " if parts else "")
        parts.append(_inside(after, pair))
    return "".join(parts).strip("\n")


def _gap(between: str, started: bool) -> str:
    """The white space of a piece of raw text; words of it that were dropped leave one gap."""
    if not between or between.isspace():
        return between
    white = "".join(each for each in between if each.isspace())
    breaks = white.count("\n")
    return "\n" * min(breaks, 2) if breaks else " " if started else ""


def _inside(after: Tokens, pair: Pair) -> str:
    """Corrected words, as far apart as in the answer, on one line."""
    start, end = after.spans[pair.into][0], after.spans[pair.until - 1][1]
    return " ".join(after.text[start:end].split())


def confidences_of(before: Tokens, words: Sequence[Word]) -> tuple[float, ...]:
    """The engine's confidence in each raw word, 0 to 1; empty when no boxes are given."""
    if not words:
        return ()
    boxes = Tokens.of(each.text for each in words)
    found = [1.0] * len(before)
    for run in runs(boxes.keys, before.keys):
        heard = [each.confidence for each in words[run.first : run.end]]
        if not run.equal:
            heard = [min(heard, default=0.0)] * (run.until - run.into)
        found[run.into : run.until] = heard
    return tuple(found)
