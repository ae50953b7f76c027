"""Take an older layer of invisible text out of a page that gets a new one.

Left in, every word would be found twice. Only text that cannot be seen goes (rendering mode 3),
and only where a text object holds nothing else: then nothing that is seen can move.
"""

from __future__ import annotations

import re
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Stream

from pipelines.outputs.pdf.entries import copied, inherited

INVISIBLE = 3
SAYS = re.compile(rb"(?<![\w.])3\s+Tr(?!\w)")
SHOWING = {"Tj", "TJ", "'", '"'}
MOST_BYTES = 8 * 2**20  # of content; a page of more keeps what it has
DEEPEST = 3  # forms within forms
ENCODED = ("/Length", "/Filter", "/DecodeParms")  # how a stream is kept, not what it is


def remove(pdf: pikepdf.Pdf, page: pikepdf.Page) -> bool:
    """Take the invisible text out of a page and of the forms it shows; whether there was any."""
    data = _content(page)
    removed = False
    if data is not None and SAYS.search(data):
        cleaned = _cleaned(page)
        if cleaned is not None:
            page.obj["/Contents"] = pdf.make_stream(cleaned)
            removed = True
    resources = _forms(pdf, inherited(page.obj, "/Resources"), 0)
    if resources is not None:
        page.obj["/Resources"] = resources
    return removed or resources is not None


def _content(page: pikepdf.Page) -> bytes | None:
    found = page.obj.get("/Contents")
    parts = [found] if isinstance(found, Stream) else list(found or [])
    data = b""
    for part in parts:
        if not isinstance(part, Stream):
            continue
        try:
            data += part.read_bytes() + b"\n"
        except pikepdf.PdfError:
            return None
        if len(data) > MOST_BYTES:
            return None
    return data


def _forms(pdf: pikepdf.Pdf, resources: Any, depth: int) -> Any:
    """A copy of `resources` with cleaned copies of its forms; None: none writes invisible text.

    Copies, for other pages may show the same forms, and have no new layer.
    """
    objects = resources.get("/XObject") if isinstance(resources, Dictionary) else None
    if not isinstance(objects, Dictionary) or depth >= DEEPEST:
        return None
    cleaned = {}
    for name in objects.keys():  # noqa: SIM118 a pikepdf dictionary iterates otherwise
        form = objects[name]
        if isinstance(form, Stream) and form.get("/Subtype") == Name.Form:
            copy = _form(pdf, form, depth)
            if copy is not None:
                cleaned[name] = copy
    if not cleaned:
        return None
    made = copied(resources)
    made["/XObject"] = copied(objects)
    for name, form in cleaned.items():
        made["/XObject"][name] = form
    return made


def _form(pdf: pikepdf.Pdf, form: Any, depth: int) -> Any:
    """The form without its invisible text; None: it has none."""
    inner = _forms(pdf, form.get("/Resources"), depth + 1)
    try:
        data = form.read_bytes()
    except pikepdf.PdfError:
        return None
    silent = len(data) <= MOST_BYTES and SAYS.search(data)
    cleaned = _cleaned(form) if silent else None
    if cleaned is None and inner is None:
        return None
    copy = pdf.make_stream(data if cleaned is None else cleaned)
    for key in form.keys():  # noqa: SIM118 a pikepdf stream iterates otherwise
        if key not in ENCODED:
            copy[key] = form[key]
    if inner is not None:
        copy["/Resources"] = inner
    return copy


def _cleaned(holder: Any) -> bytes | None:
    """The content without its invisible text; None: there is none, or it cannot be told."""
    try:
        steps = list(pikepdf.parse_content_stream(holder))
    except pikepdf.PdfError:
        return None
    kept: list[Any] = []
    mode, saved = 0, []
    begun: int | None = None  # where the text object began in `kept`
    shown: set[int] = set()  # the modes its text was shown in
    removed = False
    for step in steps:
        operator = str(step.operator)
        if operator == "q":
            saved.append(mode)
        elif operator == "Q" and saved:
            mode = saved.pop()
        elif operator == "Tr" and step.operands:
            mode = _mode(step.operands[0])
        elif operator == "BT":
            begun, shown = len(kept), set()
        elif operator in SHOWING:
            shown.add(mode)
        kept.append(step)
        if operator == "ET" and begun is not None:
            if shown == {INVISIBLE}:
                kept[begun:] = _silent(kept[begun:])
                removed = True
            begun = None
    return pikepdf.unparse_content_stream(kept) if removed else None


def _mode(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def _silent(steps: list[Any]) -> list[Any]:
    """A text object without what it shows; its state stays, for what comes after."""
    return [step for step in steps if str(step.operator) not in SHOWING]
