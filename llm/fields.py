"""Values of the operator's file: bounded figures, and what can stand in an HTTP request.

The bounds keep every sum within PostgreSQL's bigint of billionths, and every moment within its
timestamps; nobody needs more.
"""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, token
_VALUE = re.compile(r"[\x20-\x7e]*")
# Of the request itself: other words there would undo its bounds or change what is booked.
_RESERVED_PARAMETERS = frozenset(
    {"model", "messages", "n", "stream", "max_tokens", "max_completion_tokens", "tools"}
)
_RESERVED_HEADERS = frozenset({"host", "content-length", "transfer-encoding", "accept-encoding"})


def sendable(value: str) -> bool:
    """Whether it can stand in a header: visible ASCII and spaces."""
    return _VALUE.fullmatch(value) is not None


def _address(url: str) -> str:
    parts = urlsplit(url)  # raises ValueError for brackets that do not close
    if parts.scheme not in {"http", "https"} or not parts.hostname or not sendable(url):
        raise ValueError("must be like https://models.example/v1")
    labels = parts.hostname.removesuffix(".").split(".")
    if not all(0 < len(label) <= 63 for label in labels):
        raise ValueError("a part of the host's name is empty, or longer than 63 characters")
    if parts.username is not None or parts.password is not None:
        raise ValueError("holds no user and no password: see api_key_file and api_key_env")
    if "?" in url or "#" in url:
        raise ValueError("ends before any ? or #: the path of a request is put after it")
    _ = parts.port  # raises ValueError for one that is no number below 65536
    return url


def _headers(headers: dict[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if not _NAME.fullmatch(name) or name.lower() in _RESERVED_HEADERS:
            raise ValueError(f"no header can be named {name[:64]!r} here")
        if not sendable(value):
            raise ValueError(f"{name[:64]}: must be visible ASCII characters")
    return headers


def _parameters(
    parameters: dict[str, bool | int | float | str],
) -> dict[str, bool | int | float | str]:
    if taken := sorted(_RESERVED_PARAMETERS & parameters.keys()):
        raise ValueError(f"{taken[0]} is Octavo's to say")
    return parameters


Price = Annotated[float, Field(ge=0, le=1e6, description="Of a million tokens.")]
Sum = Annotated[float, Field(ge=0, le=1e9, description="In the currency of the prices.")]
Seconds = Annotated[float, Field(gt=0, le=3600)]
Address = Annotated[str, Field(pattern=r"^https?://[^\s]+$"), AfterValidator(_address)]
Headers = Annotated[dict[str, str], AfterValidator(_headers)]
Parameters = Annotated[
    dict[str, bool | Annotated[int | float, Field(allow_inf_nan=False)] | str],
    AfterValidator(_parameters),
]
