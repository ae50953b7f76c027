"""The clean stage: a page's text as people would type it, by rules alone.

The raw text is kept beside it, so a rule may be wrong about a line without losing anything. Digits
are never changed, added or dropped, and cleaning clean text changes nothing.
"""

from __future__ import annotations

import re
import unicodedata

from pipelines.scripts import CJK

LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
# Spaces of any width are spaces; characters without width are nothing.
SPACES = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
NOTHING = re.compile(r"[\u00ad\u200b\u2060\ufeff]")
SOFT_END = re.compile(r"\u00ad(?=[ \t]*\n)")  # a soft hyphen at a line's end is one that shows
BREAKS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]")

HYPHENS = ("-", "⸗", "‐")
BROKEN_WORD = re.compile(r"([^\W\d_]{2,})[-⸗‐]$")
NEXT_PART = re.compile(r"([^\W\d_]+)(.*)$")
CODE = re.compile(r"[{}<>=\\|$#@`~*]|\(\)|::|://|--|;$|\.[a-z]{1,4}\b")
COLUMNS = re.compile(r"\S(?: {3,}|\t)\S")
CJK_NAMES = {"chi", "jpn"}  # scripts that put no space between words
CJK_GAP = re.compile(rf"(?<={CJK}) (?={CJK})")


def clean(text: str, languages: tuple[str, ...] = ()) -> str:
    """`text` with ligatures resolved, broken words joined and white space normalised.

    Lines stay lines, except that a word broken over two is joined on the first. Lines that look
    like code or a table keep their indentation and their gaps.
    """
    text = BREAKS.sub("\n", unicodedata.normalize("NFC", text))
    text = SOFT_END.sub("-", text)
    text = CONTROL.sub("", NOTHING.sub("", SPACES.sub(" ", text))).translate(LIGATURES)
    lines = [_spaces(line) for line in text.split("\n")]
    if any(name.split("_")[0] in CJK_NAMES for name in languages):
        lines = [CJK_GAP.sub("", line) for line in lines]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(_joined(lines))).strip("\n")
    return unicodedata.normalize("NFC", text)


def _spaces(line: str) -> str:
    """No white space at the end; single spaces within, unless they show columns or indentation."""
    line = line.rstrip()
    body = line.lstrip()
    indent = line[: len(line) - len(body)]
    if COLUMNS.search(body):
        return line
    return indent + re.sub(r"[ \t]+", " ", body)


def _joined(lines: list[str]) -> list[str]:
    """Lines with the words that a hyphen broke over two of them put together again."""
    done: list[str] = []
    rest = list(reversed(lines))
    while rest:
        line = rest.pop()
        while rest and (parts := _broken(line, rest[-1])):
            line, below = parts
            rest.pop()
            if below:
                rest.append(below)
                break
        done.append(line)
    return done


def _broken(line: str, below: str) -> tuple[str, str] | None:
    """The line with its broken word made whole and what is left below; None: not broken.

    A part that goes on in capitals, or that a hyphen follows, belongs to a compound: Jean-Paul,
    state-of-the-art. Code and tables break no words.
    """
    head, tail = BROKEN_WORD.search(line), NEXT_PART.match(below)
    if not head or not tail or _fixed(line[:-1]) or _fixed(below):
        return None
    word, after = tail.groups()
    before = line[: head.start(1)]
    if not word[0].islower() or before.endswith("-"):
        return None
    if after in HYPHENS:  # broken once more
        return line[:-1] + word + after, ""
    if after.startswith("-"):
        return None
    mark = re.match(r"[^\w\s]*", after)
    end = mark.end() if mark else 0
    if after[end : end + 1].strip():  # the word goes on in some other way
        return None
    return line[:-1] + word + after[:end], after[end:].lstrip()


def _fixed(line: str) -> bool:
    """Whether white space and hyphens of a line mean what they are."""
    return bool(COLUMNS.search(line) or CODE.search(line) or line[:1].isspace())
