"""Words that turn a meaning: none may go, come, or be traded for another."""

from __future__ import annotations

from pipelines.cleanup.lexicon import Lexicon

# Ordinary marks; a stranger sign is part of a misread word, "no<" for "noch".
MARKS = ".,;:!?'\"()[]-"
_PREFIXES = frozenset(
    ("un", "in", "im", "ir", "il", "dis", "non", "mis", "dés", "dé", "des", "anti", "ohn", "onder")
)


def turned(raw: str, clean: str, known: Lexicon) -> bool:
    """Whether a negation goes or comes; one may be mended from what is no word.

    Also whether a word gains or loses a negating prefix: possible, impossible.
    """
    before, after = bare_words(raw), bare_words(clean)
    if any(_negates(word, known) and word not in after for word in before):
        return True
    if any(_negates(word, known) and word not in before for word in after):
        return not before or any(word in known.common | known.fixed for word in before)
    short, long = sorted(("".join(before), "".join(after)), key=len)
    return len(short) >= 4 and long.endswith(short) and long[: -len(short)] in _PREFIXES


def bare_words(text: str) -> list[str]:
    """Words in lower case without ordinary marks around them."""
    return [word.strip(MARKS) for word in text.lower().split()]


def _negates(word: str, known: Lexicon) -> bool:
    return word in known.negation or word.endswith(("n't", "n’t"))
