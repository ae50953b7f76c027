"""What everybody must know of the broker: its key prefix, queues and priorities."""

from __future__ import annotations

# Before every key: a Redis shared by mistake stays readable, and ours apart.
KEY_PREFIX = "octavo:"

# In the order a document meets them; the last two it does not wait for.
QUEUES = ("split", "ocr", "llm", "aggregate", "notify", "maintenance")

# Of a message; kombu keeps a list for each, and reads the lower one first.
FIRST, LATER = 0, 6
_SEPARATOR = "\x06\x16"  # kombu's, between the name of a queue and a priority that is not 0


def lists(queue: str) -> tuple[str, str]:
    """The keys under which the messages of a queue wait."""
    return f"{KEY_PREFIX}{queue}", f"{KEY_PREFIX}{queue}{_SEPARATOR}{LATER}"
