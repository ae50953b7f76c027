"""Rasterizers and recognizers behind two small protocols.

Callers name an engine or say `auto` to `registry`; they never import an engine's module.
"""

from __future__ import annotations

import os

# Tesseract's threads cost more than they bring: 15.8 s a page with four, 6.0 s with one (two cores,
# real pages). Pages run in parallel by process. libgomp reads this once, when it is loaded, and the
# tesseract command inherits it.
os.environ["OMP_THREAD_LIMIT"] = "1"
# The same for numpy's OpenBLAS, which a confined child would not even let start its threads.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
