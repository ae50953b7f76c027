"""What keeps this suite under five seconds: few examples a property, little for the collector.

A run draws new examples each time, and tries those again that failed before;
``--hypothesis-profile thorough`` tries 2,000 a property.
"""

from __future__ import annotations

import gc

from hypothesis import settings

settings.register_profile("quick", max_examples=40, deadline=None)
settings.register_profile("thorough", max_examples=2_000, deadline=None)
settings.load_profile("quick")
# Modules and tests stay to the end: looking through them again and again finds nothing.
gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()
