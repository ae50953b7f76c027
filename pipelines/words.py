"""Words, whoever saw them: what is no part of their text, how sure they are, which way they run."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from pipelines.values import Word

# Everything in C0 and C1 (Tesseract ends pages with a form feed) except what text is made of, and
# marks of direction, which Tesseract puts around Latin words of Arabic lines.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def mean_confidence(words: Iterable[Word]) -> float | None:
    """Mean confidence weighted by length, so that specks read as one letter weigh little."""
    total = weight = 0.0
    for word in words:
        total += word.confidence * len(word.text)
        weight += len(word.text)
    return total / weight if weight else None


def leftward(word: Word) -> bool:
    """Whether a word is of a script that is read from the right, as its first character says."""
    return unicodedata.bidirectional(word.text[:1] or " ") in ("R", "AL")
