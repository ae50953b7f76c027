"""Pages to judge on: what the project's own pipeline read, beside the true text.

The pipeline reads each page of OCTAVO_CORPUS once; its answers are kept in `.octavo/bench`. Without
a corpus the project's sample texts stand in, misread by a simulation.
"""

from __future__ import annotations

import csv
import json
import os
import random
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from octavo.sample_text import TEXTS
from pipelines import local
from pipelines.clean import clean
from pipelines.values import Box, Options, TextLayer, Word

KEPT = Path(".octavo/bench/guards.json")
LANGUAGE = re.compile(r"lang=(\S+?);")
MISREAD = {
    "m": "rn",
    "rn": "m",
    "e": "c",
    "c": "e",
    "h": "b",
    "l": "1",
    "I": "l",
    "u": "n",
    "d": "cl",
}
MISREAD |= {
    "o": "0",
    "n": "u",
    "t": "f",
    "a": "s",
    "i": "j",
    "w": "vv",
    "á": "a",
    "ñ": "n",
    "y": "v",
}
# Printed below every page, so that each kind of damage finds what it damages on each.
FIGURES = """
Invoice No. RE-2024-0117 of 12.05.2024, due 30 June 2024
12 pcs at 104,20 EUR = 1.250,40 EUR, less 2 % = 1.225,39 EUR
Weight 18 kg, height 240 mm. Paid three times, not twice: no refund.
IBAN DE89 3704 0044 0532 0130 00, VAT ID DE136695976
Phone +49 30 901820, mail office@example.org, www.example.org/pay"""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: what was read, what is printed, and how sure the engine was."""

    name: str
    languages: tuple[str, ...]
    raw: str
    truth: str
    words: tuple[Word, ...]

    @property
    def source(self) -> str:
        return f"{self.name.split('/')[0]} {'+'.join(self.languages)}"


def pages() -> list[Page]:
    """Pages with text, each with a block of figures at its end."""
    corpus = os.environ.get("OCTAVO_CORPUS")
    found = list(_read(Path(corpus))) if corpus else list(_simulated())
    return [_with_figures(page) for page in found if len(page.raw.split()) >= 40]


def _with_figures(page: Page) -> Page:
    last = max((word.line for word in page.words), default=-1)
    words = [
        Word(word, Box(0, 0, 1, 1), 0.95, last + number)
        for number, line in enumerate(FIGURES.split("\n"))
        for word in line.split()
    ]
    return Page(
        page.name,
        page.languages,
        f"{page.raw}\n{FIGURES}",
        f"{page.truth}\n{FIGURES}",
        (*page.words, *words) if page.words else (),
    )


def _read(corpus: Path) -> Iterator[Page]:
    kept = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
    with (corpus / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        language = LANGUAGE.search(row["notes"])
        if row["has_gt"] != "yes" or not language:
            continue
        path = row["path"]
        key = f"{path} {row['bytes']}"
        if key not in kept:
            kept[key] = _recognized(corpus / path, tuple(language[1].split("+")))
            KEPT.parent.mkdir(parents=True, exist_ok=True)
            KEPT.write_text(json.dumps(kept), "utf-8")
        languages = tuple(language[1].split("+"))
        text = (corpus / path).with_suffix(".gt.txt").read_text("utf-8")
        if "tapuscorpus" in path:  # marks of underlining, superscripts and handwriting
            text = re.sub(r"[_^~]", "", text)
        words = tuple(Word(**(each | {"box": Box(**each["box"])})) for each in kept[key]["words"])
        name = path.removeprefix("gt/")
        yield Page(name, languages, kept[key]["text"], clean(text, languages), words)


def _recognized(path: Path, languages: tuple[str, ...]) -> dict[str, object]:
    results = local.run(path, Options(languages=languages, text_layer=TextLayer.FORCE))
    read = [each for each in results if each.recognition]
    words = [asdict(word) for each in read if each.recognition for word in each.recognition.words]
    return {"text": "\n\n".join(each.text for each in read), "words": words}


def _simulated() -> Iterator[Page]:
    """Sample texts, a page of four paragraphs, with one letter in fifty misread."""
    for language, (_, paragraphs) in TEXTS.items():
        for first in range(len(paragraphs) - 3):
            truth = "\n\n".join(_lines(each) for each in paragraphs[first : first + 4])
            rng = random.Random(first)
            yield Page(f"simulated/{language}-{first}", (language,), misread(truth, rng), truth, ())


def _lines(paragraph: str, width: int = 90) -> str:
    return re.sub(rf"(.{{1,{width}}})(?:\s|$)", r"\1\n", paragraph).strip()


def misread(text: str, rng: random.Random, rate: float = 0.02) -> str:
    """Text as an engine might read it: look-alikes for letters, never for figures."""
    return "".join(
        MISREAD[each] if each in MISREAD and rng.random() < rate * 2 else each for each in text
    )
