"""Talk around an answer: taken off where it can be told from the page, refused where it cannot."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files

_PHRASES = {
    name: "|".join(lines)
    for name, lines in tomllib.loads(
        files(__package__).joinpath("talk.toml").read_text("utf-8")
    ).items()
}
_OPENING = re.compile(rf"(?:{_PHRASES['opening']})[^\n]{{0,160}}", re.IGNORECASE)
_ABOUT = re.compile(_PHRASES["about"], re.IGNORECASE)
_CLOSING = re.compile(rf"(?:{_PHRASES['closing']})", re.IGNORECASE)
_REFUSAL = re.compile(_PHRASES["refusal"], re.IGNORECASE)
_FENCE = re.compile(r"\A```[\w-]*[ \t]*\n(?P<body>.*?)\n?```\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Bare:
    """An answer without the talk around it."""

    text: str
    stripped: bool


def bare(raw: str, answer: str, marks: tuple[str, ...] = ()) -> Bare:
    """The answer without `marks` (the prompt's own two lines), a fence and talk around it.

    A line of talk is taken off only when the page has no such line, so a page that begins "Here is
    the corrected text:" keeps it.
    """
    text = answer.replace("\r\n", "\n").strip("\n \t")
    before = text
    lines = [line for line in text.split("\n") if line.strip() not in marks]
    there = {_flat(line) for line in raw.split("\n")}
    lines = _opened(lines, there)
    lines = _closed(lines, there)
    text = "\n".join(lines).strip("\n \t")
    fenced = _FENCE.match(text)
    if fenced and "```" not in raw and "```" not in fenced["body"]:
        text = fenced["body"].strip("\n")
    return Bare(text, text != before)


def _opened(lines: list[str], there: set[str]) -> list[str]:
    """Without a first line of talk: one that ends in a colon, or is followed by an empty line."""
    if len(lines) < 2 or _flat(lines[0]) in there:
        return lines
    first = lines[0].strip().strip("*_#")
    told = _OPENING.fullmatch(first) and _ABOUT.search(first)
    apart = first.endswith((":", "：", ":**")) or not lines[1].strip()
    return lines[1:] if told and apart else lines


def _closed(lines: list[str], there: set[str]) -> list[str]:
    """Without a last paragraph of talk, when an empty line stands before it."""
    for at in range(len(lines) - 1, 0, -1):
        if not lines[at].strip():
            tail = [line for line in lines[at:] if line.strip()]
            if tail and _CLOSING.match(tail[0].strip("*_( ")) and not there & set(map(_flat, tail)):
                return lines[:at]
            if tail:
                return lines
    return lines


def refuses(raw: str, answer: str) -> bool:
    """Whether the answer says that it will not, in words that the page does not have."""
    head = answer[:400]
    found = _REFUSAL.search(head)
    return found is not None and found[0].lower() not in raw.lower()


def talks(raw: str, answer: str) -> bool:
    """Whether the answer still begins or ends with talk that the page does not have."""
    lines = [line.strip() for line in answer.split("\n") if line.strip()]
    there = {_flat(line) for line in raw.split("\n")}
    if not lines:
        return False
    first, last = lines[0], lines[-1]
    opened = _OPENING.match(first) and _ABOUT.search(first[:160]) and ":" in first[:200]
    return bool(
        (opened and _flat(first) not in there and first[:20].lower() not in raw.lower())
        or (
            len(lines) > 1
            and _CLOSING.match(last)
            and _flat(last) not in there
            and last[:12].lower() not in raw.lower()
        )
    )


def _flat(line: str) -> str:
    return " ".join(line.lower().split())
