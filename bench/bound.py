"""Pages whose true text is known, bound as PDFs of a language, and what readings of them score."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import pikepdf
from PIL import Image

from bench import truth

ASSUMED = 300.0  # dpi of images that state none, or one that no scanner has
QUALITY = 95  # of JPEG, so that it takes nothing from what is read


@dataclass(frozen=True, slots=True)
class Book:
    """Pages of one language; `leaves` says how many each of `pages` takes."""

    path: Path
    language: str
    pages: tuple[truth.Page, ...]
    leaves: tuple[int, ...]


def books(corpus: Path, place: Path) -> list[Book]:
    """Every page of the corpus that has its true text, in PDFs written to `place`."""
    by_language: dict[str, list[truth.Page]] = defaultdict(list)
    for page in truth.pages(corpus):
        by_language[page.language].append(page)
    return [
        _bound(pages, language, place / f"{language}.pdf")
        for language, pages in sorted(by_language.items())
    ]


def scores(book: Book, texts: Sequence[str]) -> Iterator[tuple[str, float]]:
    """The source and CER of each page of `book`, of which its leaves read `texts`."""
    if len(texts) != sum(book.leaves):
        raise ValueError(f"{len(texts)} texts for {sum(book.leaves)} leaves of {book.path.name}")
    first = 0
    for page, leaves in zip(book.pages, book.leaves, strict=True):
        ours = truth.normalised("\n".join(texts[first : first + leaves]), page.kind)
        true = truth.normalised(page.text, page.kind)
        yield f"{page.path.parent.name} {page.language}", truth.cer(true, ours, page.language)
        first += leaves


def means(scored: Sequence[tuple[str, float]]) -> dict[str, float]:
    """Mean CER a source."""
    by_source: dict[str, list[float]] = defaultdict(list)
    for source, cer in scored:
        by_source[source].append(cer)
    return {source: fmean(cers) for source, cers in sorted(by_source.items())}


def _bound(pages: Sequence[truth.Page], language: str, book: Path) -> Book:
    leaves = []
    with pikepdf.new() as whole, tempfile.TemporaryDirectory() as place:
        for number, page in enumerate(pages):
            source = page.path
            if source.suffix != ".pdf":
                source = Path(place) / f"{number}.pdf"
                _as_pdf(page.path, source)
            with pikepdf.open(source) as file:
                whole.pages.extend(file.pages)
                leaves.append(len(file.pages))
        whole.save(book)
    return Book(book, language, tuple(pages), tuple(leaves))


def _as_pdf(scan: Path, target: Path) -> None:
    with Image.open(scan) as image:
        dpi = float(image.info.get("dpi", (0, 0))[0])
        plain = image if image.mode in ("1", "L", "RGB") else image.convert("RGB")
        lossy = {} if plain.mode == "1" else {"quality": QUALITY}
        plain.save(target, "PDF", resolution=dpi if dpi >= 100 else ASSUMED, **lossy)
