"""docs/states.md as a small pure program: what every arrow does, without a database.

Time is one bit: a lease is held until `age` lets it lapse, and then everything is due for the
sweeper. Which sheaf goes next is the store's choice; the model says only which may.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MAX_ATTEMPTS = 3
SHEAF_PAGES = 2
SHEAVES_IN_FLIGHT = 2
PAGES_IN_FLIGHT = 6
PAGE_VERSIONS = 2

OPEN = ("queued", "processing")
ENDED = ("completed", "partial", "failed", "cancelled")


class Lease(StrEnum):
    """Of a document or a page."""

    NONE = "none"
    HELD = "held"
    LAPSED = "lapsed"


class Refused(Exception):
    """There is no such arrow from here, or the claim is stale."""


@dataclass
class Page:
    """One page; `text_fence` is the claim that wrote its text, 0: there is none.

    `version` was asked for last, `text` is current (0: none), `kept` lie beside it, and `keeps` is
    the one that counts again when the reading under way fails (0: none). `clean` tells of `text`.
    """

    sheaf: int
    generation: int = 1
    state: str = "pending"
    attempt: int = 0
    fence: int = 0
    lease: Lease = Lease.NONE
    text_fence: int = 0
    version: int = 1
    text: int = 0
    clean: bool = False
    keeps: int = 0
    kept: set[int] = field(default_factory=set)

    @property
    def ended(self) -> bool:
        return self.state in ("done", "failed")

    def seen(self, number: int) -> list[Any]:
        """What the row must say."""
        held = self.lease is Lease.HELD
        return [
            *(number, self.generation, self.state, self.attempt),
            *(self.fence, held, self.text_fence),
            *(self.version, self.text, self.keeps, sorted(self.kept)),
        ]

    def fall_back(self, version: int) -> None:
        """Done with a text that was kept."""
        self.kept.discard(version)
        self.text, self.text_fence, self.keeps, self.clean = version, self.fence, 0, True
        self.state, self.lease = "done", Lease.NONE

    def trim(self) -> None:
        kept = sorted(self.kept, key=lambda version: (version != self.keeps, -version))
        self.kept = set(kept[:PAGE_VERSIONS])


@dataclass
class Sheaf:
    """A batch of pages of the current generation."""

    pages: tuple[int, ...]
    left: int
    state: str = "waiting"
    due: bool = False


@dataclass
class Document:
    """One document, from promised to deleted."""

    state: str
    has_file: bool
    stage: str = "split"
    generation: int = 1
    attempt: int = 0
    fence: int = 0
    lease: Lease = Lease.NONE
    due: bool = False
    pages: dict[int, Page] = field(default_factory=dict)
    sheaves: list[Sheaf] = field(default_factory=list)
    endings: dict[int, str] = field(default_factory=dict)

    def count(self, state: str) -> int:
        return sum(page.state == state for page in self.pages.values())

    # The document itself

    def confirm(self) -> None:
        self._only_from("awaiting_upload")
        self.state, self.has_file, self.due = "queued", True, False

    def cancel(self) -> None:
        self._only_from("awaiting_upload", *OPEN)
        self._end("cancelled")
        for page in self.pages.values():
            if page.keeps:
                page.fence, page.attempt = page.fence + 1, 0
                page.fall_back(page.keeps)
                self.sheaves[page.sheaf].left -= 1

    def delete(self) -> None:
        if self.state == "deleted":
            raise Refused
        self.state = "deleted"
        self._close()

    def retry(self) -> None:
        self._only_from("partial", "failed", "cancelled")
        if not self.pages and not self.has_file:
            raise Refused
        self.generation += 1
        self.attempt, self.lease, self.due = 0, Lease.NONE, False
        if not self.pages:
            self.state, self.stage = "queued", "split"
            return
        self.state = "processing"
        again = [number for number, page in self.pages.items() if page.state != "done"]
        self.stage = "pages" if again else "aggregate"
        self._reopen(again)

    def reread(self, number: int) -> None:
        page = self._settled(number)
        self.state, self.stage = "processing", "pages"
        if page.state == "done":
            page.kept.add(page.text)
            page.keeps = page.text
        page.version += 1
        page.trim()
        self._reopen([number])

    def restore(self, number: int, version: int) -> None:
        page = self.pages.get(number)
        if page is not None and page.text == version:
            return
        if page is None or version not in page.kept:
            raise Refused
        page = self._settled(number)
        self.state, self.stage, self.sheaves = "processing", "aggregate", []
        page.kept.add(page.text)
        page.fence, page.attempt = page.fence + 1, 0
        page.fall_back(version)
        page.trim()

    def claim(self, generation: int, stage: str) -> int | None:
        """The fence, or None: nothing to do."""
        free = self.lease is not Lease.HELD and self.attempt < MAX_ATTEMPTS
        if (self.generation, self.stage) != (generation, stage) or self.state not in OPEN:
            return None
        if not free:
            return None
        self.state, self.lease = "processing", Lease.HELD
        self.attempt += 1
        self.fence += 1
        return self.fence

    def release(self, generation: int, stage: str, fence: int, attempt: int) -> None:
        self._hold(generation, stage, fence)
        self.lease, self.due, self.attempt = Lease.NONE, False, attempt

    def record_split(self, generation: int, fence: int, count: int, found: set[int]) -> None:
        """`found`: pages whose text another document has."""
        self._hold(generation, "split", fence)
        self.stage, self.attempt, self.lease, self.due = "pages", 0, Lease.NONE, False
        self.pages = {n: Page(0, generation) for n in range(1, count + 1)}
        self._fold(list(self.pages))
        for number in found & set(self.pages):
            page = self.pages[number]
            page.fence = 1
            page.fall_back(1)
            self._count_off(page)

    def record_aggregate(self, generation: int, fence: int) -> None:
        self._hold(generation, "aggregate", fence)
        self._end(self._outcome())

    def record_failure(self, generation: int, stage: str, fence: int) -> None:
        self._hold(generation, stage, fence)
        self._end("failed")

    # Its pages

    def claim_page(self, generation: int, number: int, step: str) -> int | None:
        """The fence, or None: nothing to do."""
        page = self.pages.get(number)
        if page is None or self.state != "processing" or page.attempt >= MAX_ATTEMPTS:
            return None
        if not self.generation == generation == page.generation:
            return None
        if step == "recognize":
            given_up = page.state == "running" and page.lease is not Lease.HELD
            free = page.state == "pending" or given_up
        else:
            free = page.state == "recognized" and page.lease is not Lease.HELD
        if not free:
            return None
        page.state = "running" if step == "recognize" else "recognized"
        page.lease = Lease.HELD
        page.attempt += 1
        page.fence += 1
        return page.fence

    def record_recognition(self, generation: int, number: int, fence: int) -> None:
        page = self._hold_page(generation, number, fence, "running")
        page.state, page.attempt, page.lease = "recognized", 0, Lease.NONE
        page.text_fence, page.text, page.clean = fence, page.version, False

    def record_clean(self, generation: int, number: int, fence: int) -> None:
        page = self._hold_page(generation, number, fence, "recognized")
        page.text_fence, page.keeps, page.clean = fence, 0, True
        self._finish(page, "done")

    def fail_page(self, generation: int, number: int, fence: int, step: str) -> None:
        before = "running" if step == "recognize" else "recognized"
        self._finish(self._hold_page(generation, number, fence, before), "failed")

    def release_page(
        self, generation: int, number: int, fence: int, step: str, attempt: int
    ) -> None:
        before = "running" if step == "recognize" else "recognized"
        page = self._hold_page(generation, number, fence, before)
        page.lease, page.attempt = Lease.HELD, attempt  # nobody may take it for a while
        self.sheaves[page.sheaf].due = False

    def renew(self, fence: int, number: int | None) -> bool:
        """Of the document's claim, or of a page's."""
        mine = self if number is None else self.pages[number]
        if mine.fence != fence or mine.lease is Lease.NONE:
            return False
        mine.lease = Lease.HELD
        return True

    def seen(self) -> dict[str, Any]:
        """What the rows must say."""
        gone = self.state == "deleted"
        return {
            "state": self.state,
            "generation": self.generation,
            "stage": None if gone else self.stage,
            "attempt": self.attempt,
            "fence": self.fence,
            "held": not gone and self.lease is Lease.HELD,
            "done": self.count("done"),
            "failed": self.count("failed"),
            "endings": [[number, state] for number, state in sorted(self.endings.items())],
            "pages": [page.seen(number) for number, page in self.pages.items()],
            "sheaves": [[each.state, list(each.pages), each.left] for each in self.sheaves],
        }

    # Time

    def age(self) -> None:
        self.due = True
        leased: list[Document | Page] = [self, *self.pages.values()]
        for held in leased:
            if held.lease is Lease.HELD:
                held.lease = Lease.LAPSED
        for sheaf in self.sheaves:
            sheaf.due = True

    def sweep(self) -> None:
        """Every repair but the dispatch."""
        if self.state == "processing":
            for sheaf in self.sheaves:
                self._sweep_sheaf(sheaf)
        if self.state == "awaiting_upload" and self.due:
            self._end("failed")
        waits = self.state in OPEN and self.stage in ("split", "aggregate")
        if waits and self.due and self.lease is not Lease.HELD:
            self.due = False
            if self.attempt >= MAX_ATTEMPTS:
                self._end(self._outcome() if self.stage == "aggregate" else "failed")

    def _sweep_sheaf(self, sheaf: Sheaf) -> None:
        if sheaf.state != "dispatched":
            return
        open_pages = [self.pages[n] for n in sheaf.pages if not self.pages[n].ended]
        unheld = [page for page in open_pages if page.lease is Lease.LAPSED]
        if sheaf.due:
            unheld = [page for page in open_pages if page.lease is not Lease.HELD]
        if unheld:
            sheaf.due = False
        for page in unheld:
            page.lease = Lease.NONE
            if page.attempt >= MAX_ATTEMPTS:
                self._finish(page, "failed")

    def _only_from(self, *states: str) -> None:
        if self.state not in states:
            raise Refused

    def _hold(self, generation: int, stage: str, fence: int) -> None:
        mine = (generation, stage, fence) == (self.generation, self.stage, self.fence)
        if self.state != "processing" or not mine:
            raise Refused

    def _hold_page(self, generation: int, number: int, fence: int, before: str) -> Page:
        if self.state != "processing" or generation != self.generation:
            raise Refused
        page = self.pages[number]
        if (page.fence, page.state) != (fence, before):
            raise Refused
        return page

    def _settled(self, number: int) -> Page:
        """The page, and the document in a new generation."""
        self._only_from(*ENDED)
        if number not in self.pages or not all(page.ended for page in self.pages.values()):
            raise Refused
        self.generation += 1
        self.attempt, self.lease, self.due = 0, Lease.NONE, False
        return self.pages[number]

    def _reopen(self, numbers: list[int]) -> None:
        self._fold(numbers)
        for number in numbers:
            page = self.pages[number]
            page.generation, page.state, page.attempt = self.generation, "pending", 0
            page.lease, page.fence = Lease.NONE, page.fence + 1

    def _finish(self, page: Page, state: str) -> None:
        page.state, page.lease = state, Lease.NONE
        if state == "failed" and page.keeps:
            page.fall_back(page.keeps)
        self._count_off(page)

    def _count_off(self, page: Page) -> None:
        sheaf = self.sheaves[page.sheaf]
        sheaf.left -= 1
        sheaf.due = False
        if sheaf.left == 0:
            sheaf.state = "done"
        if all(each.ended for each in self.pages.values()):
            self.stage, self.attempt, self.due = "aggregate", 0, False

    def _outcome(self) -> str:
        if not self.count("failed"):
            return "completed"
        return "partial" if self.count("done") else "failed"

    def _fold(self, numbers: list[int]) -> None:
        starts = range(0, len(numbers), SHEAF_PAGES)
        bundles = [tuple(numbers[start : start + SHEAF_PAGES]) for start in starts]
        self.sheaves = [Sheaf(bundle, len(bundle)) for bundle in bundles]
        for index, bundle in enumerate(bundles):
            for number in bundle:
                self.pages[number].sheaf = index

    def _end(self, state: str) -> None:
        self.state, self.stage, self.lease = state, "ended", Lease.NONE
        self.endings[self.generation] = state
        self._close()

    def _close(self) -> None:
        for sheaf in self.sheaves:
            sheaf.state = "done"


def dispatch(documents: list[Document], sent: list[tuple[Document, int]]) -> None:
    """Mark sheaves (document, number) that went out. Raises AssertionError when one might not."""
    for document, number in sent:
        sheaf = document.sheaves[number]
        assert (document.state, sheaf.state) == ("processing", "waiting")
        assert _in_flight(document) < SHEAVES_IN_FLIGHT
        assert _pages_in_flight(documents) < PAGES_IN_FLIGHT
        sheaf.state, sheaf.due = "dispatched", False


def check_full(documents: list[Document]) -> None:
    """Nothing waits for which there is room. Raises AssertionError."""
    if _pages_in_flight(documents) < PAGES_IN_FLIGHT:
        for document in documents:
            waits = any(sheaf.state == "waiting" for sheaf in document.sheaves)
            assert not waits or _in_flight(document) >= SHEAVES_IN_FLIGHT


def _in_flight(document: Document) -> int:
    return sum(sheaf.state == "dispatched" for sheaf in document.sheaves)


def _pages_in_flight(documents: list[Document]) -> int:
    return sum(
        sheaf.left
        for document in documents
        for sheaf in document.sheaves
        if sheaf.state == "dispatched"
    )
