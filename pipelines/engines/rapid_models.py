"""The PP-OCR models that come inside the rapidocr wheel, loaded once a process and kept warm.

Their package would load them too, but with a thread a core, lines in padded batches, messages on
stderr and downloads of what is missing; onnxruntime alone does none of it. Batches of one line need
no padding: six lines of 2,000 pixels together 0.91 s, one by one 0.54 s, and a sixth of the memory.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from pipelines.errors import PageFailed, Reason

ALPHABET = "character"  # the reader's metadata that holds it, a character a line
SILENT = 4  # onnxruntime's level for messages: fatal ones alone
# Numbers too small for their exponent, which processors are slow with, count as zero: two layers of
# the detector are full of them, and it takes a quarter of the time so. The processor is set so for
# the thread that loads a model, and for all that it does; so the models have one of their own.
DENORMALS = "session.set_denormal_as_zero", "1"

Floats = NDArray[np.float32]
T = TypeVar("T")


@lru_cache(maxsize=1)
def _thread(pid: int) -> ThreadPoolExecutor | None:
    """Where models are loaded and run; a fork has none of its parent's threads.

    None in a confined child, which may start no thread, and does nothing after its one page.
    """
    del pid
    thread = ThreadPoolExecutor(1, thread_name_prefix="octavo-ppocr")
    try:
        thread.submit(int).result()
    except RuntimeError:  # as `Thread.start` says it
        return None
    return thread


def _apart(function: Callable[..., T], *args: object, **named: object) -> T:
    thread = _thread(os.getpid())
    if thread is None:
        return function(*args, **named)
    return thread.submit(function, *args, **named).result()


class Model:
    """One network of one input and one output. Raises PageFailed ENGINE_FAILED."""

    def __init__(self, path: Path) -> None:
        wanted = onnxruntime.SessionOptions()
        wanted.intra_op_num_threads = wanted.inter_op_num_threads = 1
        wanted.enable_cpu_mem_arena = False  # it keeps what its largest page took
        wanted.add_session_config_entry(*DENORMALS)
        wanted.log_severity_level = SILENT
        try:
            self._session = _apart(
                onnxruntime.InferenceSession,
                str(path),
                wanted,
                providers=["CPUExecutionProvider"],
            )
        except Exception as error:  # onnxruntime has a tree of its own, rooted in Exception
            raise PageFailed(
                Reason.ENGINE_FAILED,
                f"The model {path.name} cannot be loaded.",
                advice="Install rapidocr again.",
            ) from error
        self._input = self._session.get_inputs()[0].name

    def __call__(self, values: Floats) -> Floats:
        try:
            answer: Floats = _apart(self._session.run, None, {self._input: values})[0]
        except Exception as error:  # see above
            raise PageFailed(Reason.ENGINE_FAILED, "A PP-OCR model failed.") from error
        return answer

    def characters(self) -> tuple[str, ...]:
        """What the columns of a reader's answer stand for; the first one, "", is none."""
        listed = self._session.get_modelmeta().custom_metadata_map[ALPHABET]
        return ("", *listed.splitlines(), " ")
