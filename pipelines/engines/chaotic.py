"""A recognizer that never reads the same twice and misbehaves on demand, for tests of faults.

``OCTAVO_CHAOTIC`` names a directory. A file named after a page's number says what happens when
that page is read, a file ``all`` what happens to every page: ``slow SECONDS``, ``fail``,
``memory``, ``die``, or ``abort``, which kills only an engine in the caller's process; with ``once``
before it, only the first time.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from pipelines.engines.null import NullRecognizer
from pipelines.errors import PageFailed, Reason
from pipelines.values import Raster, Recognition

DIRECTORY = "OCTAVO_CHAOTIC"


class ChaoticRecognizer(NullRecognizer):
    """Reads `page N`, as the null engine does, and a number that is new at every reading."""

    name = "chaotic"

    def recognize(
        self, raster: Raster, languages: tuple[str, ...], *, seconds: float
    ) -> Recognition:
        seen = super().recognize(raster, languages, seconds=seconds)
        number = int.from_bytes(raster.pixels[:4], "big")
        directory = os.environ.get(DIRECTORY)
        if directory is not None:
            for name in ("all", str(number)):
                self._misbehave(Path(directory) / name, number)
        return replace(seen, text=f"page {number}\n\nreading {uuid4().hex}", engine=self.name)

    def _misbehave(self, script: Path, number: int) -> None:
        try:
            words = script.read_text("ascii").split()
            if words[:1] == ["once"]:
                script.unlink()
                words = words[1:]
        except FileNotFoundError:
            return
        match words:
            case ["slow", seconds]:
                time.sleep(float(seconds))
            case ["fail"]:
                raise PageFailed(Reason.ENGINE_FAILED, f"Page {number} is unreadable.")
            case ["memory"]:
                bytearray(sys.maxsize)
            case ["abort"]:
                if self.in_process:
                    os.abort()
            case ["die"]:
                os.kill(os.getpid(), signal.SIGKILL)
            case _:
                raise ValueError(f"{script} says {words}")
