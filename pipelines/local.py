"""The whole pipeline in one process, for tests, measurements and a debugger."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipelines.clean import clean
from pipelines.errors import PipelineError
from pipelines.inspect import inspect
from pipelines.recognize import recognize_page
from pipelines.values import Limits, Options, PageInfo, Recognition


@dataclass(frozen=True, slots=True)
class LocalPage:
    """One page: what was read and its cleaned text, or the error that says why not."""

    page: PageInfo
    recognition: Recognition | None = None
    text: str = ""  # cleaned
    error: PipelineError | None = None


def run(
    source: Path,
    options: Options | None = None,
    limits: Limits | None = None,
    *,
    tessdata: Path | None = None,
) -> list[LocalPage]:
    """Every page that `options` asks for, in order; a page that fails keeps its error.

    Raises DocumentRejected.
    """
    options, limits = options or Options(), limits or Limits()
    results: list[LocalPage] = []
    for page in inspect(source, options, limits).pages:
        try:
            read = recognize_page(source, page, options, limits, tessdata=tessdata)
        except PipelineError as error:
            results.append(LocalPage(page, error=error))
        else:
            results.append(LocalPage(page, read, clean(read.text, read.languages)))
    return results
