"""docs/observability.md names every metric there is, and no other."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from api import gauges
from octavo.telemetry import metrics

PAGE = (Path(__file__).parents[3] / "docs/observability.md").read_text("utf-8")
NAME = re.compile(r"\boctavo_[a-z_]+[a-z]\b")


def test_every_metric_is_explained() -> None:
    sources = inspect.getsource(metrics) + inspect.getsource(gauges)
    known = {name.strip('"') for name in re.findall(r'"octavo_[a-z_]+"', sources)}
    table = set(re.findall(r"^\| `(octavo_[a-z_]+)` \|", PAGE, re.MULTILINE))
    assert table == known


def test_alerts_ask_for_metrics_that_exist() -> None:
    sources = inspect.getsource(metrics) + inspect.getsource(gauges)
    for name in set(NAME.findall(PAGE)):
        assert f'"{name}"' in sources or name == "octavo_pages", name
