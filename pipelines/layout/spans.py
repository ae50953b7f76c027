"""The rows of a page in reading order, and of what kind each stretch of them is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

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
class Rows:
    """Rows as they are found; with `leftward`, those of a script that is read from the right."""

    frame: Frame
    leftward: bool
    rows: list[Run] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    def page(self, found: Sequence[Run]) -> None:
        """Take the runs of a page in the order in which people read them."""
        for sheet in sheets.sheets(found, self.frame, leftward=self.leftward):
            self._lines(BlockKind.HEADER, runs.levelled(sheet.head))
            for part in order.parts(sheet.body, self.frame, leftward=self.leftward):
                self._part(runs.levelled(part))
            self._lines(BlockKind.FOOTER, runs.levelled(sheet.foot))

    def page_as_given(self, found: Sequence[Run], lines: Sequence[list[int]]) -> None:
        """Take the words of a page in the order of its `lines`, whose runs are `found`."""
        kinds = dict.fromkeys(range(len(lines)), BlockKind.TEXT)
        for sheet in sheets.sheets(found, self.frame):
            kinds |= dict.fromkeys((run.line for run in sheet.head), BlockKind.HEADER)
            kinds |= dict.fromkeys((run.line for run in sheet.foot), BlockKind.FOOTER)
        levels: list[list[Run]] = [[] for _ in lines]
        for run in sorted(found, key=lambda each: each.left):
            levels[run.line].append(run)
        for kind, numbers in groupby(kinds, kinds.__getitem__):
            same = list(numbers)
            held = slice(same[0], same[-1] + 1)
            if kind is BlockKind.TEXT:
                self._part(levels[held], lines[held])
            else:
                self._lines(kind, levels[held], lines[held])

    def _part(self, levels: Sequence[Level], given: Sequence[list[int]] | None = None) -> None:
        done = 0
        for table in tables.tables(levels, self.frame):
            before, rows = slice(done, table.first), slice(table.first, table.end)
            self._lines(BlockKind.TEXT, levels[before], given and given[before])
            if given is None:
                found = tables.rows(table, levels, self.frame)
                if len(found) == 1:
                    self._side_by_side(found[0])
                    done = table.end
                    continue
                for cells in found:
                    self._row(cells)
            for line in given[rows] if given else ():
                self.rows.append(self.frame.run(line))
            self._end(BlockKind.TABLE, self._edges(table, levels))
            done = table.end
        self._lines(BlockKind.TEXT, levels[done:], given and given[done:])

    def _lines(
        self, kind: BlockKind, levels: Sequence[Level], given: Sequence[list[int]] | None = None
    ) -> None:
        for number, level in enumerate(levels):
            if given:
                self.rows.append(self.frame.run(given[number]))
            else:
                self._row([[run] for run in level])
        self._end(kind)

    def _side_by_side(self, cells: Sequence[Sequence[Run]]) -> None:
        """What looks like one row of long cells: texts or lists beside each other."""
        for cell in reversed(cells) if self.leftward else cells:
            self._lines(BlockKind.TEXT, [[run] for run in cell])

    def _row(self, cells: Sequence[Sequence[Run]]) -> None:
        held = reversed(cells) if self.leftward else cells
        words = [word for cell in held for run in cell for word in run.words]
        self.rows.append(self.frame.run(words))

    def _end(self, kind: BlockKind, columns: tuple[int, ...] = ()) -> None:
        first = self.spans[-1].end if self.spans else 0
        if len(self.rows) > first:
            self.spans.append(Span(kind, first, len(self.rows), columns))

    def _edges(self, table: tables.Table, levels: Sequence[Level]) -> tuple[int, ...]:
        """Where the words of each column of a table begin at the earliest."""
        lefts = [right for _, right in table.columns]
        for level in levels[table.first : table.end]:
            for run in level:
                number = table.number(run)
                left = min(self.frame.skewed[word].left for word in run.words)
                lefts[number] = min(lefts[number], left)
        return tuple(lefts)
