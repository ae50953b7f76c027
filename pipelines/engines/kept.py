"""What stays loaded: of values that cost the same to load, those go first that take much memory.

GreedyDual-Size (P. Cao, S. Irani: Cost-Aware WWW Proxy Caching Algorithms, USITS 1997): a value is
worth what loading it costs by its size, and what was last given up more if it was used since. Those
that are used in turn, one of them large, cost two loads a turn so; where the one used longest ago
goes first, each costs one.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(slots=True)
class _Held(Generic[V]):
    value: V
    size: int  # bytes
    worth: float


class Kept(Generic[K, V]):
    """Values by their keys; for one thread at a time."""

    def __init__(self) -> None:
        self._held: dict[K, _Held[V]] = {}
        self._last: K | None = None  # the key used last
        self._given_up = 0.0  # what the value that went last was worth

    def get(self, key: K) -> V | None:
        held = self._held.get(key)
        if held is None:
            return None
        self._use(key, held)
        return held.value

    def add(self, key: K, value: V, size: int) -> None:
        """Keep `value`, which takes `size` bytes, as the one used last."""
        held = self._held[key] = _Held(value, size, 0.0)
        self._use(key, held)

    def drop(self, *, but_last: bool) -> bool:
        """Let go of the one that is worth least; False: there is none.

        With `but_last` the one used last stays.
        """
        keys = [key for key in self._held if not (but_last and key == self._last)]
        if not keys:
            return False
        least = min(keys, key=lambda key: self._held[key].worth)
        self._given_up = self._held.pop(least).worth
        return True

    def _use(self, key: K, held: _Held[V]) -> None:
        held.worth = self._given_up + 1 / max(1, held.size)
        self._last = key
