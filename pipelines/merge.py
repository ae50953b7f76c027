"""Two engines' readings of a page as one: of each spot, the words that are likelier right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipelines import rows
from pipelines.boxes import around
from pipelines.calibration import right
from pipelines.values import Box, Recognition, Word
from pipelines.words import mean_confidence

SHARED = 0.3  # of the narrower one's width: the same across
SPACE = 0.25  # of their height: the least room for a space between words
TRUSTED = 0.55  # how likely right a word that one engine alone saw must be, averaged with its line
# What both read as so few letters, and is less likely right than this, is a mark and no word:
# ticks, ditto marks, specks. With them, typescripts have 0.015 more of CER; other kinds the same.
MARK, LIKELY = 2, 0.45


@dataclass(frozen=True, slots=True)
class Seen:
    """A word of one of the readings, and how likely it is right."""

    word: Word
    right: float
    base: bool
    line: float = 0.0  # how likely right its line is, by the same engine


def merged(base: Recognition, other: Recognition) -> Recognition:
    """The page in the lines of `base`; confidences say how likely a word is right.

    Words that lie on one another are one spot, read by whichever is likelier right. What only one
    of them saw stays if it is trusted. Both are of the same raster, and upright.
    """
    lines: dict[int, list[Word]] = defaultdict(list)
    alone: dict[int, list[Word]] = defaultdict(list)
    for spot in _spots(_seen(base, True), _seen(other, False)):
        words = [replace(each.word, confidence=each.right) for each in _chosen(spot)]
        line = next((each.word.line for each in spot if each.base), None)
        if line is None:
            alone[spot[0].word.line] += words
        else:
            lines[line] += words
    found = [_in_order(words) for _, words in sorted(lines.items()) if words]
    for words in filter(None, alone.values()):
        _insert(found, _in_order(words))
    text, all_words = rows.written(found)
    return replace(base, text=text, words=all_words, confidence=mean_confidence(all_words))


def _seen(reading: Recognition, base: bool) -> list[Seen]:
    found = [Seen(word, right(word, reading.engine), base) for word in reading.words]
    lines: dict[int, list[Seen]] = defaultdict(list)
    for each in found:
        lines[each.word.line].append(each)
    sure = {line: _mean(words) for line, words in lines.items()}
    return [replace(each, line=sure[each.word.line]) for each in found]


def _spots(base: Sequence[Seen], others: Sequence[Seen]) -> list[list[Seen]]:
    """Words that lie on one another, together, those of one line of the base; others alone."""
    descending = sorted(base, key=lambda each: each.word.box.top)
    spots: dict[int, list[Seen]] = {id(each): [each] for each in base}
    alone: list[list[Seen]] = []
    for one in others:
        under = _under(one.word.box, descending)
        if not under:
            alone.append([one])
            continue
        joined = {id(spots[id(each)]): spots[id(each)] for each in under}
        spot = [one, *(each for part in joined.values() for each in part)]
        spots |= {id(each): spot for each in spot if each.base}
    return [*{id(spot): spot for spot in spots.values()}.values(), *alone]


def _under(box: Box, descending: Iterable[Seen]) -> list[Seen]:
    """The words that `box` lies on, of the line that it shares most with."""
    shared: dict[int, list[Seen]] = defaultdict(list)
    area: dict[int, int] = defaultdict(int)
    for each in descending:
        against = each.word.box
        if against.top >= box.bottom:
            break
        if _same(box, against):
            shared[each.word.line].append(each)
            area[each.word.line] += _high(box, against) * _wide(box, against)
    return shared[max(area, key=lambda line: area[line])] if area else []


def _same(left: Box, right: Box) -> bool:
    narrower = min(left.right - left.left, right.right - right.left)
    return rows.level(left, right) and _wide(left, right) > SHARED * narrower


def _chosen(spot: Sequence[Seen]) -> Sequence[Seen]:
    base = [each for each in spot if each.base]
    other = [each for each in spot if not each.base]
    if not (base and other):
        return [each for each in spot if (each.right + each.line) / 2 >= TRUSTED]
    if _letters(base) == _letters(other):  # they differ by spaces at most
        more, less = sorted((base, other), key=len, reverse=True)
        return more if len(more) == len(less) or _parted(more) else less
    best = other if _mean(other) > _mean(base) else base
    mark = max(len(_letters(base)), len(_letters(other))) <= MARK
    return [] if mark and _mean(best) < LIKELY else best


def _letters(words: Iterable[Seen]) -> str:
    return "".join(word.text for word in _in_order(each.word for each in words))


def _parted(words: Iterable[Seen]) -> bool:
    """Whether there is room for a space between all of `words`."""
    boxes = [word.box for word in _in_order(each.word for each in words)]
    return all(
        right.left - left.right >= SPACE * min(_height(left), _height(right))
        for left, right in pairwise(boxes)
    )


def _mean(words: Iterable[Seen]) -> float:
    weighed = [(each.right, len(each.word.text)) for each in words]
    return sum(share * weight for share, weight in weighed) / sum(weight for _, weight in weighed)


def _insert(found: list[list[Word]], words: list[Word]) -> None:
    """Put `words` into the line that they stand in, or between those that they stand between."""
    box = around(word.box for word in words)
    for row in found:
        near = min(row, key=lambda word: -_wide(word.box, box)).box
        if rows.level(near, box):
            row[:] = _in_order([*row, *words])
            return
    middle = box.top + box.bottom
    above = [n for n, row in enumerate(found) if row[0].box.top + row[0].box.bottom <= middle]
    found.insert(above[-1] + 1 if above else 0, words)


def _in_order(words: Iterable[Word]) -> list[Word]:
    return sorted(words, key=lambda word: word.box.left)


def _wide(left: Box, right: Box) -> int:
    """Pixels that they share across; below 0: how far apart they are."""
    return min(left.right, right.right) - max(left.left, right.left)


def _high(left: Box, right: Box) -> int:
    return min(left.bottom, right.bottom) - max(left.top, right.top)


def _height(box: Box) -> int:
    return box.bottom - box.top
