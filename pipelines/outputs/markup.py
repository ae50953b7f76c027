"""Text of a page as text within XML: what was read is data, whatever it looks like."""

from __future__ import annotations

import re
from html import escape

# What XML 1.0 cannot hold, not even as a reference (production Char).
INVALID = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def quoted(text: str) -> str:
    """`text` for an element or a quoted attribute; characters that XML lacks become U+FFFD."""
    return escape(INVALID.sub("\ufffd", text))


def number(value: float) -> str:
    """A figure without needless digits: 300, 0.97, 0.0013."""
    return f"{round(value, 4):g}"
