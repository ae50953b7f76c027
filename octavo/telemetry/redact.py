"""What must never reach a log: secrets, and the text of a page."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

REDACTED = "[redacted]"
MAX_VALUE = 500  # characters
MAX_EXCEPTION = 8000
MAX_ITEMS = 50
STRUCTLOG_OWN = frozenset({"_record", "_from_structlog"})  # taken off before rendering
PAGE_TEXT = frozenset(
    {
        "text",
        "raw",
        "clean",
        "raw_text",
        "clean_text",
        "words",
        "word",
        "body",
        "content",
        "prompt",
        "return_value",
    }
)
SECRET = re.compile(
    r"(^|_)(password|passwd|secret|token|api_key|secret_key|authorization|cookie|signature)$"
)
PATTERNS = (
    (re.compile(r"\boctavo_[A-Za-z0-9]{20,}"), f"octavo_{REDACTED}"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/-]{8,}=*"), rf"\1 {REDACTED}"),
    (re.compile(r"(://[^:/@\s]*):[^@/\s]+@"), rf"\1:{REDACTED}@"),
    (
        re.compile(
            r"(?i)\b(x-amz-(?:signature|credential|security-token)|signature|password|secret"
            r"|token|api_key)(['\"]?\s*[=:]\s*['\"]?)[^&\s\"',;)}]+"
        ),
        rf"\1\2{REDACTED}",
    ),
)


def redact(value: str) -> str:
    """The same words without API keys, bearer tokens, passwords in URLs and signatures."""
    for pattern, replacement in PATTERNS:
        value = pattern.sub(replacement, value)
    return value


def guard(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: withhold page text, redact secrets, cut what is too long."""
    for key, value in event.items():
        if key in STRUCTLOG_OWN:
            continue
        limit = MAX_EXCEPTION if key == "exception" else MAX_VALUE
        event[key] = _safe(key, value, limit)
    return event


def _safe(key: str, value: Any, limit: int = MAX_VALUE, depth: int = 3) -> Any:
    name = key.lower().replace("-", "_")
    if value is None or isinstance(value, bool | int | float):
        return value
    if name in PAGE_TEXT:
        return f"[withheld, length {len(value)}]" if hasattr(value, "__len__") else "[withheld]"
    if SECRET.search(name):
        return REDACTED
    if depth and isinstance(value, Mapping):
        pairs = list(value.items())[:MAX_ITEMS]
        return {str(inner): _safe(str(inner), part, limit, depth - 1) for inner, part in pairs}
    if depth and isinstance(value, list | tuple | set | frozenset):
        return [_safe("", part, limit, depth - 1) for part in list(value)[:MAX_ITEMS]]
    return _cut(redact(str(value)), limit)


def _cut(value: str, limit: int) -> str:
    return value if len(value) <= limit else f"{value[:limit]}… [{len(value) - limit} more]"
