"""The adversary: every way it knows to spoil a page's text, at every rate.

A kind of damage is a function from an answer to a worse one; None where the page gives no hold.
`n` says how often: once, a few times, many times.
"""

from __future__ import annotations

from bench.guards.damage import additions, figures, lines, unseen, words
from bench.guards.damage.kinds import Damage, Hold

__all__ = ["KINDS", "UNDETECTABLE", "Hold"]

KINDS: dict[str, Damage] = {**figures.kind, **words.kind, **lines.kind, **additions.kind}
UNDETECTABLE: dict[str, Damage] = {**unseen.kind}  # by any guard that sees text alone
