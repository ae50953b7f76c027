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
    r"|\\(?:text|begin|end|frac|section|emph|item|boxed)\b|\$\$"  # TeX
    r"|`[^`\n]+`",
    re.IGNORECASE | re.MULTILINE,
)
_LEADING = re.compile(r"^[\W_]+")
_HINT = re.compile(r"[`~<&\]*_\\$]")
# Words that are marks of headings, quotes, bullets, rules and tables.
_BLOCK = re.compile(r"#{1,6}|>+|[*+|•-]|-{3,}|\*{3,}|_{3,}|={3,}")
_TRAILING = ".,;:!?)]}>\"'»”’"


def added_urls(raw: str, answer: str) -> int:
    """How many addresses the answer has that the page does not have."""
    there = _urls(answer)
    return (there - _urls(raw)).total() if there else 0


def _urls(text: str) -> Counter[str]:
    words = (word for word in text.split() if "." in word or ":" in word or "@" in word)
    found = (each[0] for word in words for each in _URL.finditer(word))
    return Counter(each.rstrip(_TRAILING).lower() for each in found)


def added_markup(raw: str, answer: str) -> int:
    """How many marks of each kind the answer has beyond those of the page, in all."""
    if not _HINT.search(answer):
        return 0
    return (_marks(answer) - _marks(raw)).total()


def _marks(text: str) -> Counter[str]:
    return Counter(re.sub(r"[\w\s]+", "w", found[0].lower()) for found in _MARKUP.finditer(text))


def added_blocks(raw: str, clean: str) -> bool:
    """Whether changed words bring such a mark where no sign of the raw ones went away."""
    before, after = raw.split(), clean.split()
    new = [word for word in (Counter(after) - Counter(before)) if _BLOCK.fullmatch(word)]
    # A dash may be misread, or come loose from its word; a heading's mark is neither.
    listed = all(word in "-•*" for word in new)
    more = _signs(after) > _signs(before) and _dashes(clean) > _dashes(raw)
    return bool(new) and (not listed or more)


def _signs(words: list[str]) -> int:
    """Characters before the first letter or digit of each word."""
    return sum(len(word) - len(_LEADING.sub("", word)) for word in words)


def _dashes(text: str) -> int:
    return sum(text.count(each) for each in "-•*—–")
