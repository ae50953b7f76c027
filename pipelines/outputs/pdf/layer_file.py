"""Layers as lines of JSON in a file: how they reach the confined child, a page at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipelines.outputs.pdf.layer import Layer
from pipelines.outputs.values import PageResult
from pipelines.values import Box, Word

OWN = "text-layer"  # the engine of pages whose own text was taken: they are left as they are


def layers(pages: Iterable[PageResult]) -> Iterator[Layer]:
    """A layer for each page that was read from its picture and has words."""
    for page in pages:
        if page.engine != OWN and page.words and page.width and page.height:
            yield Layer(page.number, page.width, page.height, page.turn, page.words)


def write(path: Path, found: Iterable[Layer]) -> int:
    """Write them to `path`; how many there were."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for layer in found:
            words = [
                [word.text, word.box.left, word.box.top, word.box.right, word.box.bottom, word.line]
                for word in layer.words
            ]
            size = [layer.number, layer.width, layer.height, layer.turn]
            file.write(json.dumps([size, words], ensure_ascii=False, separators=(",", ":")) + "\n")
            count += 1
    return count


def read(path: Path) -> Iterator[Layer]:
    """What `write` wrote."""
    with path.open(encoding="utf-8") as file:
        for row in file:
            (number, width, height, turn), words = json.loads(row)
            placed = (Word(text, Box(*box), 1.0, line) for text, *box, line in words)
            yield Layer(number, width, height, turn, tuple(placed))
