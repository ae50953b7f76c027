"""``python -m octavo.settings_page > docs/settings.md``: every setting on one page."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from typing import get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from octavo.settings import PREFIX, Settings

_HEAD = """\
# Settings

Every process reads its settings from the environment. `OCTAVO_X_FILE` may name a file that holds
the value of `OCTAVO_X`, which is how container platforms hand over secrets; when both are set, the
variable itself holds. A value that cannot be understood stops the process at its start, and the
error names the setting. Generated from `octavo/settings.py` by
`python -m octavo.settings_page > docs/settings.md`.
"""
_TAIL = """
## Of others

| variable | meaning |
|---|---|
| `OTEL_EXPORTER_OTLP_ENDPOINT` | Where traces go (OTLP over HTTP); without it none are made. The other standard `OTEL_` variables hold too. See [observability](observability.md). |
| `PROMETHEUS_MULTIPROC_DIR` | A directory in which several processes of one machine add up their metrics; whoever starts them empties it first. |
"""  # noqa: E501 a row of a table is a line
# A comment that begins a group, or a field.
_LINE = re.compile(r"^    (?:# (?P<group>.+)|(?P<field>[a-z]\w*): .*)$", re.MULTILINE)


def page() -> str:
    """The page in Markdown."""
    parts = [_HEAD]
    for group, names in _groups().items():
        parts.append(f"\n## {group}\n\n| variable | default | meaning |\n|---|---|---|\n")
        parts += [_row(name, Settings.model_fields[name]) for name in names]
    return "".join((*parts, _TAIL))


def _groups() -> dict[str, list[str]]:
    """The fields under the comments they stand under in the source."""
    found: dict[str, list[str]] = {}
    for group, name in _lines():
        found.setdefault(group, []).append(name)
    return found


def _lines() -> Iterator[tuple[str, str]]:
    group = ""
    for line in _LINE.finditer(inspect.getsource(Settings)):
        if line["group"] is not None:
            group = line["group"]
        elif line["field"] in Settings.model_fields:
            yield group, line["field"]


def _row(name: str, field: FieldInfo) -> str:
    return f"| `{PREFIX}{name.upper()}` | {_default(field)} | {field.description} |\n"


def _default(field: FieldInfo) -> str:
    value = field.default
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    kinds = get_args(field.annotation) or (field.annotation,)
    return f"`{value:_}`" if int in kinds and value >= 100_000 else f"`{value}`"


if __name__ == "__main__":
    sys.stdout.write(page())
