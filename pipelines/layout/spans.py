"""The rows of a page in reading order, and of what kind each stretch of them is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.layout import order, runs, sheets, tables
from pipelines.layout.frame import Frame, Run
from pipelines.layout.tables import Level
from pipelines.values import BlockKind


@dataclass(frozen=True, slots=True)
class Span:
    """Rows of one kind that stand in one place: the first, and the one after the last."""

    kind: BlockKind
    first: int
    end: int
    columns: tuple[int, ...] = ()  # of a table: left edges, pixels of the upright page


@dataclass(slots=True)
class Reading:
    """Rows as they are found; with `leftward`, those of a script that is read from the right."""

    frame: Frame
    leftward: bool
    rows: list[Run] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    def page(self, found: Sequence[Run]) -> None:
        """Take all of a page."""
        for sheet in sheets.sheets(found, self.frame, leftward=self.leftward):
            self._lines(BlockKind.HEADER, runs.levelled(sheet.head))
            for part in order.parts(sheet.body, self.frame, leftward=self.leftward):
                self._part(runs.levelled(part))
            self._lines(BlockKind.FOOTER, runs.levelled(sheet.foot))

    def _part(self, levels: Sequence[Level]) -> None:
        done = 0
        for table in tables.tables(levels, self.frame):
            self._lines(BlockKind.TEXT, levels[done : table.first])
            found = tables.rows(table, levels, self.frame)
            for cells in found:
                self._row(cells)
            self._end(BlockKind.TABLE, self._edges(found))
            done = table.end
        self._lines(BlockKind.TEXT, levels[done:])

    def _lines(self, kind: BlockKind, levels: Sequence[Level]) -> None:
        for level in levels:
            self._row([[run] for run in level])
        self._end(kind)

    def _row(self, cells: Sequence[Sequence[Run]]) -> None:
        held = reversed(cells) if self.leftward else cells
        words = [word for cell in held for run in cell for word in run.words]
        self.rows.append(self.frame.run(words))

    def _end(self, kind: BlockKind, columns: tuple[int, ...] = ()) -> None:
        first = self.spans[-1].end if self.spans else 0
        if len(self.rows) > first:
            self.spans.append(Span(kind, first, len(self.rows), columns))

    def _edges(self, found: Sequence[Sequence[Sequence[Run]]]) -> tuple[int, ...]:
        """Where the words of each column of a table begin at the earliest."""
        lefts: list[int] = []
        for column in zip(*found, strict=True):
            words = [word for cell in column for run in cell for word in run.words]
            lefts.append(min(self.frame.skewed[word].left for word in words))
        return tuple(lefts)
