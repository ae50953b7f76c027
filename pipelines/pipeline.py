"""The shape of the pipeline as data: what runs once, what for each page, and on which queue.

`outbox.routes` and `tasks.canvas` read it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the work and the queue whose workers do it."""

    name: str
    queue: str


@dataclass(frozen=True, slots=True)
class Pipeline:
    """`split` once, then for each page its stages in order, then `aggregate` once."""

    split: Step
    each_page: tuple[Step, ...]
    aggregate: Step


# Recognition is bound by the processor, cleaning will wait for a model: a queue each, so that
# either can be given more workers.
PIPELINE = Pipeline(
    split=Step("split", "split"),
    each_page=(Step("recognize", "ocr"), Step("clean", "llm")),
    aggregate=Step("aggregate", "aggregate"),
)
