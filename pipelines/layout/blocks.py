"""The lines of a page, in reading order, as paragraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from pipelines.layout.frame import Frame, Run

LEADING = 1.3  # of the usual distance between lines: more parts paragraphs
SIZES = 1.35  # of one height of letters to the other: more parts a heading from its text
USUAL = 1.7  # heights of letters from line to line, where too few lines tell it
FEW = 3  # steps that tell it
GOES_ON = re.compile(r"[^\W\d_][-,⸗‐]?$")
INDENT = 0.8  # of the letters' height
ENDS = tuple(".!?:;。！？：؟۔") + tuple(f"{end}{quote}" for end in ".!?" for quote in "\"'”’»)")


def paragraphs(rows: Sequence[Run], texts: Sequence[str], frame: Frame) -> list[tuple[int, int]]:
    """First row of each paragraph and the row after its last; `texts` are the rows' words.

    A paragraph ends where white space, an indented line, another size of letters or a jump to
    another place follows, or where a line stops short of its end with the end of a sentence.
    """
    if not rows:
        return []
    sizes = [_size(row, frame) for row in rows]
    leading = _leading(rows, sizes)
    starts = [0]
    for index in range(1, len(rows)):
        if _apart(rows, sizes, leading, index) or _ended(
            rows, texts, starts[-1], index, sizes[index], frame
        ):
            starts.append(index)
    return list(zip(starts, [*starts[1:], len(rows)], strict=True))


def _size(row: Run, frame: Frame) -> float:
    """Height of a row's letters, whatever its skew."""
    heights = sorted(frame.boxes[word].bottom - frame.boxes[word].top for word in row.words)
    return max(1.0, heights[len(heights) // 2])


def _leading(rows: Sequence[Run], sizes: Sequence[float]) -> float:
    """Distance between lines, in heights of letters, as most lines of the page have it."""
    steps = [
        (below.middle - above.middle) / size
        for (above, below), size in zip(pairwise(rows), sizes, strict=False)
        if below.middle > above.middle and below.left < above.right and above.left < below.right
    ]
    return median(steps) if len(steps) >= FEW else USUAL


def _apart(rows: Sequence[Run], sizes: Sequence[float], leading: float, index: int) -> bool:
    above, below = rows[index - 1], rows[index]
    size = (sizes[index - 1] + sizes[index]) / 2
    step = below.middle - above.middle
    if step < 0.3 * size or below.left >= above.right or below.right <= above.left:
        return True
    if step > LEADING * max(leading, 1.15) * size:
        return True
    small, large = sorted((sizes[index - 1], sizes[index]))
    return large > SIZES * small and min(len(above.words), len(below.words)) > 1


def _ended(
    rows: Sequence[Run], texts: Sequence[str], first: int, index: int, size: float, frame: Frame
) -> bool:
    """Whether the row before `index` was its paragraph's last."""
    above, below = rows[index - 1], rows[index]
    after = rows[index + 1] if index + 1 < len(rows) else None
    edge = above.left if index - 1 > first else min(above.left, after.left if after else above.left)
    indented = below.left - edge > INDENT * size
    if indented and (after is None or below.left - after.left > INDENT * size):
        return texts[index - 1].endswith(ENDS)
    right = max(row.right for row in rows[first : index + 1])
    word = frame.boxes[below.words[0]]
    short = right - above.right > word.right - word.left + 2 * size
    return short and texts[index - 1].endswith(ENDS)


def goes_on(above: str, below: str) -> bool:
    """Whether a sentence that a line broke off goes on in the other, wherever that stands."""
    return bool(GOES_ON.search(above)) and below[:1].islower()
