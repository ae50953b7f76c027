"""Addresses and markup: an answer may hold those of the page, and no other."""

from __future__ import annotations

import re
from collections import Counter

# What software would make a link of, or a reader would follow.
_URL = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,15}://|www\d?\.|mailto:|javascript:|data:|file:|tel:)\S+"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\b(?:[a-z0-9-]{2,}\.)+(?:com|org|net|info|biz|io|ai|app|dev|xyz|top|site|online|shop|co|me|ly"
    r"|eu|de|at|ch|fr|es|it|nl|be|uk|us|ru|cn|jp|br|pl|edu|gov)\b(?:/\S*)?",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"```|~~~"  # code fences
    r"|</?[a-z!][^<>\n]{0,200}>"  # HTML
    r"|&(?:[a-z]{2,8}|#\d{1,7}|#x[0-9a-f]{1,6});"  # its entities
    r"|!?\[[^\]\n]*\]\([^)\n]*\)"  # links, pictures
    r"|\*\*(?=\S)|__(?=\S)"  # strong
    r"|(?<![\w*])\*(?=[^\s*])[^*\n]+(?<=[^\s*])\*(?![\w*])"  # emphasis
    r"|^ {0,3}#{1,6} "  # headings
    r"|^ {0,3}>+ "  # quotes
    r"|^ {0,3}[*+-] "  # bullets
    r"|^ {0,3}(?:-{3,}|\*{3,}|_{3,})\s*$"  # rules
    r"|^\s*\|.*\|\s*$"  # tables
    r"|\\(?:text|begin|end|frac|section|emph|item|boxed)\b|\$\$"  # TeX
    r"|`[^`\n]+`",
    re.IGNORECASE | re.MULTILINE,
)
_TRAILING = ".,;:!?)]}>\"'»”’"


def added_urls(raw: str, answer: str) -> int:
    """How many addresses the answer has that the page does not have."""
    return (_urls(answer) - _urls(raw)).total()


def _urls(text: str) -> Counter[str]:
    return Counter(found[0].rstrip(_TRAILING).lower() for found in _URL.finditer(text))


def added_markup(raw: str, answer: str) -> int:
    """How many marks of each kind the answer has beyond those of the page, in all."""
    return (_marks(answer) - _marks(raw)).total()


def _marks(text: str) -> Counter[str]:
    return Counter(
        re.sub(r"[\w\s]+", "w", found[0].strip().lower()) for found in _MARKUP.finditer(text)
    )
