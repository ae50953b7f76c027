"""Whether the text of a layer can be what people read on the page."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable

MOST = 200_000  # characters of a page; a newspaper has 50,000
NOISE = 0.05  # share of characters that no text has
TOLD = 0.4  # share of letters and digits below which it is punctuation, or the wrong alphabet
SPACED = 0.6  # share of words of one letter from which letters are spaced out
FEW = 20  # words or characters from which shares say something
VOICED = (0.2, 0.7)  # share of vowels among Latin letters; the languages of Europe have 0.35-0.5
ODD = 0.2  # share of misshapen words; print has 0.02, an OCR layer of 10 % wrong letters 0.3
HYPHENS = frozenset("\x02￾")  # how PDFium writes a hyphen that ends a line
VOWELS = frozenset("aeiouyæœøı")
WORD = re.compile(r"[^\W_]+(?:[^\w\s]+[^\W_]+)*")
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
# Shapes that print does not have: small letters among capitals, digits among letters, a sign inside
# a word, four like letters in a row. A capital inside a word is common in programs.
MISSHAPEN = re.compile(
    r"[A-Z]{2}[a-z]+[A-Z]|[a-z]\d[a-z]|[A-Za-z][|!\\^~$%*<>{}][A-Za-z]|([A-Za-z])\1\1\1"
)


def fault(text: str) -> str:
    """Why a layer is not believed, or nothing.

    "too_long"; "noise": characters that mean nothing; "untold": hardly a letter; "spaced_out";
    "garbled": letters that form no words, as of a font without a true encoding; "misread": words
    of shapes that print does not have, as bad recognition makes.
    """
    if len(text) > MOST:
        return "too_long"
    solid = Counter("".join(text.split()))
    count = solid.total()
    if _share(solid, count, _noisy) > NOISE:
        return "noise"
    if _share(solid, count, _telling) < TOLD:
        return "untold"
    words = WORD.findall(text)
    plain = [word for word in words if word.isalpha() and LATIN.match(word)]
    if len(plain) < FEW:
        return ""
    if sum(len(word) == 1 for word in plain) >= SPACED * len(plain):
        return "spaced_out"
    if _garbled(plain):
        return "garbled"
    return "misread" if _misread(words) else ""


def _share(solid: Counter[str], count: int, kind: Callable[[str], bool]) -> float:
    return sum(n for character, n in solid.items() if kind(character)) / count if count else 0.0


def _noisy(character: str) -> bool:
    return character not in HYPHENS and (
        character == "�" or unicodedata.category(character) in ("Cc", "Co", "Cn", "Cs")
    )


def _telling(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"


def _garbled(plain: list[str]) -> bool:
    """Whether vowels are far too few or too many for any language in Latin letters."""
    letters = Counter(unicodedata.normalize("NFD", "".join(plain)).lower())
    latin = sum(n for letter, n in letters.items() if LATIN.match(letter))
    voiced = sum(letters[vowel] for vowel in VOWELS)
    least, most = VOICED
    return latin >= 3 * FEW and not least * latin <= voiced <= most * latin


def _misread(words: list[str]) -> bool:
    long = [word for word in words if len(word) > 3]
    return len(long) >= FEW and sum(bool(MISSHAPEN.search(word)) for word in long) > ODD * len(long)
