"""Characters that people do not see, and letters that are not what they look like."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

# Zero width, bidirectional controls, tags, variation selectors, fillers, private use, controls.
_HIDDEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ue000-\uf8ff\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufffb\ufffd\U000e0000-\U000e0fff\U000f0000-\U0010ffff\ud800-\udfff]"
)
# Strokes, rings and the like laid over letters; small letters above letters are old print.
_OVERLAY = re.compile(
    "[\u0300-\u0362\u1ab0-\u1aff\u1dc0-\u1dd2\u1df5-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
# Joiners that Arabic, Persian and Indic words need.
_JOINER = re.compile(
    "(?<=[\u0600-\u07ff\u0900-\u0dff])[\u200c\u200d](?=[\u0600-\u07ff\u0900-\u0dff])"
)
_NAMED = re.compile(
    r"LATIN|CYRILLIC|GREEK|ARMENIAN|CHEROKEE|COPTIC|HEBREW|ARABIC|DEVANAGARI|HANGUL|CJK"
)
# Letters in disguise: 𝐛𝐨𝐥𝐝, ｗｉｄｅ, ⓒⓘⓡⓒⓛⓔⓓ. Ligatures, fractions and superscripts are print.
_DISGUISE = re.compile(
    "[\u2100-\u214f\u249c-\u24e9\uff21-\uff5a\U0001d400-\U0001d7ff\U0001f110-\U0001f189]"
)


def visible(text: str) -> str:
    """The text without the characters that nobody sees, except joiners inside words."""
    if text.isascii() and not _HIDDEN.search(text):
        return text
    needed = {found.start() for found in _JOINER.finditer(text)}
    return _HIDDEN.sub(lambda found: found[0] if found.start() in needed else "", text)


def added_hidden(raw: str, answer: str) -> bool:
    """Whether the answer holds hidden characters that the page does not, or more of them."""
    if answer.isascii() and not _HIDDEN.search(answer):
        return False
    needed = {found.start() for found in _JOINER.finditer(answer)}
    there = Counter(f[0] for f in _HIDDEN.finditer(answer) if f.start() not in needed)
    if there - Counter(_HIDDEN.findall(raw)):
        return True
    laid = Counter(_OVERLAY.findall(unicodedata.normalize("NFC", answer)))
    return bool(laid - Counter(_OVERLAY.findall(unicodedata.normalize("NFC", raw))))


def script(word: str) -> str:
    """The one script of a word's letters, "MIXED", or "" when it has no letters of these."""
    if word.isascii():
        return "LATIN" if re.search("[A-Za-z]", word) else ""
    found = {_script_of(each) for each in word} - {""}
    return "MIXED" if len(found) > 1 else next(iter(found), "")


def _script_of(character: str) -> str:
    if not character.isalpha():
        return ""
    found = _NAMED.match(unicodedata.name(character, ""))
    return found[0] if found else ""


def disguised(raw: str, answer: str) -> bool:
    """Whether a word of the answer has letters of another script than the word it stands for."""
    if answer.isascii():
        return False
    if script(answer) not in (script(raw), "") and script(raw) != "MIXED" and script(raw):
        return True
    return bool(Counter(_DISGUISE.findall(answer)) - Counter(_DISGUISE.findall(raw)))
