"""Figures and identifiers: what holds a digit stays what it was, look-alikes aside."""

from __future__ import annotations

import re

from rapidfuzz.distance import Levenshtein

from pipelines.cleanup.lookalikes import DIGITS, folded

_OUTER = "\"'()[]{}<>«»„“”‘’‚.,;:!?*_~^|=… "
_FIGURE = re.compile(r"\d(?:[\d.,:/'’ -]*\d)?")
# White space before a mark is a misreading, "0 . 1"; after it alone it parts two figures, "1, 2".
_LOOSE = re.compile(r"\s+([.,:-])\s*|\s*([/~])\s*")
_SIGNS = re.compile(r"[€$£¥₽₹¢%‰§±×÷°²³½¼¾]|(?<![\w.])[-+](?=[.,]?\d)")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_IDENTIFIER = re.compile(
    r"\S@\S|(?:https?://|www\.)\S+|[A-Z]{2}\d{2}[A-Z0-9]{11,30}"
    r"|(?=\S*\d)(?=\S*[A-Z])[A-Z0-9][A-Z0-9/_.-]{4,}"
)
_CURRENCY_LOOKALIKES = {
    "€": "EeCcG€",
    "$": "S5s8$",
    "£": "EfLtF£",
    "§": "S5$8§",
    "%": "%",
    "°": "oO0*'\"°",
}
_SURE = set("lI|!iOoQD")  # letters taken for a digit as often as the digit is read


def valid_iban(text: str) -> bool:
    """Whether this is an IBAN whose checksum holds (ISO 13616, modulo 97)."""
    text = text.replace(" ", "").upper()
    if not _IBAN.fullmatch(text):
        return False
    return int("".join(str(int(each, 36)) for each in text[4:] + text[:4])) % 97 == 1


def same_figures(raw: str, clean: str) -> bool:
    """Whether a word, or words joined or split, keep every digit and every sign.

    A letter may become the digit that it looks like, beside real digits. A digit may become a
    letter only in a word that is letters else. Digits never change, come, go, or change sides of a
    separator.
    """
    if not _has_digit(raw) and not _has_digit(clean):
        return True
    raw, clean = _tight(raw), _tight(clean)
    left, right = raw.strip(_OUTER), clean.strip(_OUTER)
    if _digits(left) == _digits(right) and _figures(left) == _figures(right):
        return _signs(raw, clean)
    if not _has_digit(right):
        return _misread_letters(left, right)
    return _misread_digits(left, right) and _signs(raw, clean)


def same_identifiers(raw: str, clean: str) -> bool:
    """Whether addresses and codes stand as they were, but for look-alikes of digits.

    A valid IBAN, an address of a mailbox or a page: no character changes. Case counts.
    """
    left, right = raw.strip(_OUTER), clean.strip(_OUTER)
    if left == right or not (_IDENTIFIER.search(left) or _IDENTIFIER.search(right)):
        return True
    solid = left.replace(" ", ""), right.replace(" ", "")
    if "@" in left or "://" in left or left.startswith("www.") or valid_iban(left):
        return solid[0] == solid[1]
    return folded(solid[0]) == folded(solid[1])


def _has_digit(text: str) -> bool:
    return any(each.isdigit() for each in text)


def _digits(text: str) -> str:
    return "".join(each for each in text if each.isdigit())


def _figures(text: str) -> list[str]:
    return _FIGURE.findall(text)


def _tight(text: str) -> str:
    return _LOOSE.sub(lambda found: found[1] or found[2], text)


def _signs(raw: str, clean: str) -> bool:
    left, right = _SIGNS.findall(raw), _SIGNS.findall(clean)
    if left == right:
        return True
    if len(right) != len(left) + 1 or any(each not in right for each in left):
        return False
    new = next(each for each in right if right.count(each) > left.count(each))
    return any(each in raw for each in _CURRENCY_LOOKALIKES.get(new, ""))


def _misread_letters(raw: str, clean: str) -> bool:
    """A digit inside a word, "he1lo", or one before a letter, "0f"."""
    digits = [each for each in raw if each.isdigit()]
    letters = sum(each.isalpha() for each in raw)
    if not digits or letters < len(digits) or re.search(r"\d\d", raw):
        return False
    if len(raw) != len(clean):
        return len(digits) == 1 and letters >= 4 and _nearer_as_letter(raw, clean, digits[0])
    return all(
        b.isalpha() and DIGITS.get(b) == a for a, b in zip(raw, clean, strict=True) if a.isdigit()
    )


def _nearer_as_letter(raw: str, clean: str, digit: str) -> bool:
    """Whether a look-alike in the digit's place makes the raw word more like the clean one."""
    apart = Levenshtein.distance(raw, clean)
    letters = (letter for letter, looks in DIGITS.items() if looks == digit)
    return any(Levenshtein.distance(raw.replace(digit, each), clean) < apart for each in letters)


def _misread_digits(raw: str, clean: str) -> bool:
    """A letter inside a figure, "l2,5O"."""
    left, right = raw, clean
    if len(left) != len(right) or folded(left) != folded(right):
        return False
    changed = [(a, b) for a, b in zip(left, right, strict=True) if a != b]
    if any(not b.isdigit() or a.isdigit() for a, b in changed):
        return False
    sure = sum(a in _SURE for a, _ in changed)
    digits = sum(each.isdigit() for each in left)
    return len(changed) - sure < max(1, digits) and (digits > 0 or len(left) <= 3)
