"""Which process runs which tests: a file is one's, and so is all of `tests/e2e`.

The files of `tests/e2e` share a running Octavo, which is started but once so. Files go out in the
order of folders: chaos and e2e, which take longest, first, unit tests last, so that no process is
left waiting for another at the end.
"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

_TOGETHER = "tests/e2e/"


class Files(LoadFileScheduling):  # type: ignore[misc] # xdist has no types
    """As `--dist loadfile`, but for the folder whose files belong together."""

    def _split_scope(self, nodeid: str) -> str:
        return _TOGETHER if nodeid.startswith(_TOGETHER) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Files:
    config.option.loadscopereorder = False
    return Files(config, log)
