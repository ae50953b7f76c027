"""How likely a word is right, by the confidence that its engine gives it.

The figures of two engines mean different things: Tesseract's 0.90 is right nine times in ten,
PP-OCR's 0.96 one time in two. `python -m bench.calibration` measures these curves, on pages made
here and, where OCTAVO_CORPUS names it, on the corpus: words by confidence in equal bins, their
share that stands in the true text, made to ascend by pooling adjacent violators.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from pipelines.values import Word

Curve = tuple[tuple[float, float], ...]  # confidence and share of right words, both ascending

CURVES: dict[str, Curve] = {
    "tesserocr": (
        *((0.0, 0.02), (0.24, 0.21), (0.66, 0.47), (0.84, 0.70), (0.90, 0.82), (0.917, 0.91)),
        *((0.93, 0.965), (0.957, 0.98), (0.97, 0.998)),
    ),
    "rapidocr": (
        *((0.0, 0.02), (0.44, 0.39), (0.78, 0.73), (0.92, 0.88), (0.97, 0.94), (0.99, 0.952)),
        *((0.998, 0.97), (0.9996, 0.981), (1.0, 0.997)),
    ),
}
CURVES["pytesseract"] = CURVES["tesserocr"]


def right(word: Word, engine: str) -> float:
    """How likely `word`, of an engine as a Recognition names it, is right: 0 to 1."""
    curve = CURVES.get(engine.split()[0])
    return word.confidence if curve is None else _at(curve, score(word, engine))


def score(word: Word, engine: str) -> float:
    """What the curve of `engine` is drawn over.

    PP-OCR gives a mean over characters; all of them are right by its power of their number.
    """
    if engine.startswith("rapidocr"):
        return float(word.confidence ** len(word.text))
    return word.confidence


def letters(words: Iterable[Word], engine: str) -> float:
    """How many letters of `words` are likely right."""
    return sum(len(word.text) * right(word, engine) for word in words)


def _at(curve: Curve, confidence: float) -> float:
    for (low, share), (high, more) in pairwise(curve):
        if confidence <= high:
            return share + (more - share) * max(0.0, confidence - low) / (high - low)
    return curve[-1][1]
