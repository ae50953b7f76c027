"""Files on disk for the stages to read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from octavo.samples import make_scan

MakePdf = Callable[..., Path]


@pytest.fixture
def make_pdf(tmp_path: Path) -> MakePdf:
    def make(data: bytes, name: str = "made.pdf") -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return make


@pytest.fixture(scope="session")
def scan(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A scan of two pages, and their true text."""
    path = tmp_path_factory.mktemp("scan") / "scan.pdf"
    return path, make_scan(path, 2)


@pytest.fixture(scope="session")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A page as PNG, and its true text."""
    path = tmp_path_factory.mktemp("sheet") / "sheet.png"
    return path, make_scan(path, 1)[0]
