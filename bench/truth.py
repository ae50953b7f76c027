"""Pages whose true text is known, by kind, and how far a reading is from it."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LANGUAGE = re.compile(r"lang=(\S+?);")
FIGURES = re.compile(r"CER=([\d.]+) wordrecall=([\d.]+)")
FOLDED = str.maketrans(
    {"ſ": "s", "ꝛ": "r", "⸗": "-", "’": "'", "‘": "'", "‚": "'", "“": '"', "”": '"', "„": '"'}
    | dict.fromkeys("‐‑‒–—―−", "-")
)
RECEIPTS, TYPESCRIPTS = "receipts", "typescripts"
TABLES = "tables, columns, forms, slides"
TURNED, IMAGES = "rotated and multilingual", "image PDFs and Arabic"
PRINT, FRAKTUR, OLDER = "clean print", "Fraktur", "older print"
# What a page is, by the first of these that its path and the manifest's words for it contain.
KINDS = (
    ("sroie", RECEIPTS),
    ("receipt", RECEIPTS),
    ("typewritten", TYPESCRIPTS),
    ("clean print", PRINT),
    ("grenzboten", FRAKTUR),
    ("historical", OLDER),
    ("gt/docling/", IMAGES),
    ("gt/tesseract-test/", TURNED),
    *((word, TABLES) for word in ("table", "column", "form", "slide", "chart")),
)


@dataclass(frozen=True, slots=True)
class Page:
    """A file of one page or more, and what stands on it."""

    path: Path
    kind: str
    language: str  # Tesseract codes joined by +
    text: str
    cer: float | None = None  # of Tesseract 5.3.0, as the manifest has it
    recall: float | None = None


def pages(corpus: Path) -> Iterator[Page]:
    """Every page of the corpus that has its true text."""
    with (corpus / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            language = LANGUAGE.search(row["notes"])
            if row["has_gt"] != "yes" or not language:
                continue
            figures = FIGURES.search(row["notes"])
            path = corpus / row["path"]
            yield Page(
                path,
                kind_of(f"{row['path']} {row['kind']}"),
                language[1],
                path.with_suffix(".gt.txt").read_text("utf-8"),
                float(figures[1]) if figures else None,
                float(figures[2]) if figures else None,
            )


def kind_of(words: str) -> str:
    """The kind of a page from its path and the manifest's words for it."""
    return next((kind for word, kind in KINDS if word in words), "other")


def normalised(text: str, kind: str = "") -> str:
    """Text as the corpus' README compares it."""
    text = unicodedata.normalize("NFC", text).translate(FOLDED)
    if kind == TYPESCRIPTS:
        text = re.sub(r"[_^]", "", text)
    if kind == RECEIPTS:
        text = text.upper()
    return " ".join(text.split())


def cer(truth: str, ours: str, language: str) -> float:
    """Character error rate of normalised texts; Chinese without white space, which means nothing
    in it.
    """
    if language.startswith("chi"):
        truth, ours = "".join(truth.split()), "".join(ours.split())
    return distance(truth, ours) / max(1, len(truth))


def word_recall(truth: str, ours: str) -> float:
    """Share of the true words that were read, each as often as it stands there."""
    wanted, read = Counter(truth.split()), Counter(ours.split())
    return (wanted & read).total() / max(1, wanted.total())


def distance(left: str, right: str) -> int:
    """Levenshtein distance, a column of the table in one whole number (Myers 1999, Hyyrö 2003)."""
    if not left:
        return len(right)
    places: dict[str, int] = defaultdict(int)
    for index, character in enumerate(left):
        places[character] |= 1 << index
    full, last = (1 << len(left)) - 1, 1 << (len(left) - 1)
    plus, minus, score = full, 0, len(left)
    for character in right:
        equal = places.get(character, 0)
        vertical = equal | minus
        equal = (((equal & plus) + plus) ^ plus) | equal
        up = minus | ~(equal | plus) & full
        down = plus & equal
        score += bool(up & last) - bool(down & last)
        up = (up << 1 | 1) & full
        plus = (down << 1 & full) | ~(vertical | up) & full
        minus = up & vertical
    return score
