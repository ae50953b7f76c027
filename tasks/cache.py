"""What was read before: found by a page's file or its pixels, and kept with what is read now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from octavo.telemetry import metrics
from pipelines import identity
from pipelines.cleanup.values import Mode
from pipelines.values import Limits, Options, Raster
from store import cache
from store.claims import BulkClaim, DocumentClaim, PageClaim
from store.filling import Known
from store.pages import Reading
from tasks.context import Context


@dataclass(frozen=True, slots=True)
class PageCache:
    """The texts that a claim may take and leave; without `reading` neither."""

    held: Context
    claim: DocumentClaim | PageClaim | BulkClaim
    options: Options
    reading: bytes | None  # `pipelines.identity.reading`

    @classmethod
    def of(
        cls, held: Context, claim: DocumentClaim | PageClaim | BulkClaim, options: Options
    ) -> PageCache:
        """Off where the settings or the options say so, and for engines that are for tests."""
        if not (held.settings.cache and options.cache):
            return cls(held, claim, options, None)
        return cls(held, claim, options, _reading(options, held.limits, held.settings.tessdata))

    def known(self, numbers: Iterable[int]) -> Known | None:
        """What pages of this file are asked for by, before any is drawn; None: nothing is asked."""
        if self.reading is None or self.options.cleanup is Mode.VISION:
            return None  # a model that sees the page needs its picture: it must be drawn
        return Known(
            keys={number: self._source_key(self.reading, number) for number in numbers},
            seconds=self.held.settings.cache_seconds,
            finished=self.options.cleanup is Mode.OFF,
        )

    def find(self, raster: Raster) -> tuple[bytes | None, Reading | None]:
        """The key of these pixels, and what was read on them before."""
        if self.reading is None:
            return None, None
        tenant = self.claim.source.tenant
        key = identity.of_raster(self.reading, tenant, raster)
        with self.held.database.begin() as session:
            found = cache.find(session, tenant, key, seconds=self.held.settings.cache_seconds)
        outcome = "miss" if found is None else "hit"
        metrics.CACHE.labels(found_by="raster", outcome=outcome).inc()
        return key, found

    def keyed(self, reading: Reading, number: int, raster_key: bytes | None = None) -> Reading:
        """The same, and if it is sound to be found by page `number` of this file and by pixels."""
        if self.reading is None or not identity.is_sound(reading.flags):
            return reading
        source_key = self._source_key(self.reading, number)
        return replace(reading, source_key=source_key, raster_key=raster_key)

    def _source_key(self, reading: bytes, number: int) -> bytes:
        source = self.claim.source
        return identity.of_source(
            reading, source.tenant, source.sha256, number, cleanup=self.options.cleanup
        )


@lru_cache(maxsize=64)
def _reading(options: Options, limits: Limits, tessdata: Path | None) -> bytes | None:
    # Once a process, as its models are loaded: data that is replaced is read by the next process.
    return identity.reading(options, limits, tessdata)
