"""Text as tokens with offsets: words, and single characters where a script puts no spaces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# Han, kana, Thai, Lao, Myanmar, Khmer: one character a token, so that one wrong character is one
# wrong token and not a wrong line.
SOLID = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff"
)
SOLID_WORD = re.compile(f"[{SOLID}]")
_TOKEN = re.compile(rf"[{SOLID}]|[^\s{SOLID}]+")
# Signs that engines, keyboards and models write now one way and now another.
_ALIKE = str.maketrans(
    {"’": "'", "‘": "'", "‚": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"'}
    | {"»": '"', "…": "...", "ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl"}
    | {"\u00ad": "", "ſ": "s", "⸗": "-"}
    | dict.fromkeys("‐‑‒–—―−", "-")
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text's tokens side by side: as they stand, as they are compared, and where they stand."""

    text: str
    words: tuple[str, ...]
    keys: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]  # start and end in `text`, in characters

    @classmethod
    def of(cls, words: Iterable[str]) -> Tokens:
        """Words that were read, each one token, whose places in a text nobody asks for."""
        held = tuple(words)
        return cls("", held, tuple(map(key, held)), ((0, 0),) * len(held))

    def __len__(self) -> int:
        return len(self.words)


def tokens(text: str) -> Tokens:
    """The tokens of a text, in order; every character that is not white space is in one."""
    found = [(each[0], each.span()) for each in _TOKEN.finditer(text)]
    words = tuple(word for word, _ in found)
    return Tokens(text, words, tuple(map(key, words)), tuple(span for _, span in found))


def key(word: str) -> str:
    """A word as it is compared: quotes, dashes and ligatures made one of their kind."""
    if word.isascii():
        return word
    return unicodedata.normalize("NFC", word.translate(_ALIKE)) or word
