"""The words of a corrected text in the boxes of the words that were read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipelines.boxes import around
from pipelines.cleanup.pairing import pairs
from pipelines.cleanup.tokens import Tokens, tokens
from pipelines.values import Word


def align(words: Sequence[Word], clean: str) -> tuple[Word, ...]:
    """The words of `clean`, each with box, line and confidence of what it stands for.

    Words that became one share the hull of their boxes on the line of the first; one that became
    several is divided by their lengths. A word that stands for none joins the one before it, for
    nobody knows where it is printed.
    """
    read = Tokens.of(word.text for word in words)
    after = tokens(clean)
    found: list[Word] = []
    early: list[str] = []  # words before the first that has a box
    for pair in pairs(read, after):
        come = after.words[pair.into : pair.until]
        if not come:
            continue
        if pair.lost:
            placed = list(_placed(words[pair.first : pair.end], come))
            placed[0] = replace(placed[0], text=" ".join([*early, placed[0].text]))
            found += placed
            early = []
        elif found:
            found[-1] = replace(found[-1], text=" ".join([found[-1].text, *come]))
        else:
            early += come
    return tuple(found)


def _placed(read: Sequence[Word], come: Sequence[str]) -> Iterator[Word]:
    if len(read) == len(come):
        for word, text in zip(read, come, strict=True):
            yield replace(word, text=text)
        return
    line = [word for word in read if word.line == read[0].line]
    hull = around(word.box for word in line)
    confidence = min(word.confidence for word in read)
    letters = sum(map(len, come))
    told = 0
    for text in come:
        left = hull.left + (hull.right - hull.left) * told // letters
        told += len(text)
        right = hull.left + (hull.right - hull.left) * told // letters
        box = replace(hull, left=left, right=right)
        yield Word(text, box, confidence, read[0].line)
