"""What it costs to work in a confined child: an empty job, a page coming back, a page drawn."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from octavo.samples import make_scan
from pipelines.confine import confined
from pipelines.drawing import draw
from pipelines.inspect import inspect
from pipelines.render import render
from pipelines.values import Limits, Options

ROUNDS = 50
LIMITS = Limits()


def main() -> int:
    with tempfile.TemporaryDirectory() as directory:
        source = Path(directory) / "scan.pdf"
        make_scan(source, 1)
        page = inspect(source, Options(), LIMITS).pages[0]
        _measure("an empty job", lambda: confined(int, limits=LIMITS))
        _measure("8 Mpx coming back", lambda: confined(bytes, 8_000_000, limits=LIMITS))
        _measure("a scan of 200 dpi, confined", lambda: render(source, page, LIMITS))
        _measure("the same in this process", lambda: draw(source, page, LIMITS, "auto"))
    return 0


def _measure(name: str, act: Callable[[], object]) -> None:
    act()  # the first one starts the zygote
    started = time.perf_counter()
    for _ in range(ROUNDS):
        act()
    print(f"{name:30} {(time.perf_counter() - started) / ROUNDS * 1000:7.1f} ms")


if __name__ == "__main__":
    sys.exit(main())
