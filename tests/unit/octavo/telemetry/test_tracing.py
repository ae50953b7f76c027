"""Trace contexts are carried and resumed without any collector."""

from __future__ import annotations

import pytest

from octavo.telemetry import tracing

TRACE = "0af7651916cd43dd8448eb211c80319c"
CARRIER = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01", "tracestate": "vendor=1"}


@pytest.fixture(autouse=True)
def no_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in tracing.ENDPOINTS:
        monkeypatch.delenv(name, raising=False)


def test_what_came_in_is_carried_on() -> None:
    with tracing.resume(CARRIER):
        assert tracing.carry() == CARRIER
        assert tracing.current_ids() == (TRACE, "b7ad6b7169203331")
    assert tracing.carry() == {}
    assert tracing.current_ids() is None


@pytest.mark.parametrize(
    "carrier", [None, {}, {"traceparent": ""}, {"traceparent": "nonsense"}, {"other": "x"}]
)
def test_a_missing_or_damaged_context_begins_afresh(carrier: dict[str, str] | None) -> None:
    with tracing.resume(CARRIER), tracing.resume(carrier):
        assert tracing.carry() == {}


def test_spans_pass_results_and_errors_through_without_a_collector() -> None:
    assert tracing.setup("api") is False
    with tracing.span("recognize", page=3, engine=None) as span:
        assert not span.is_recording()
    with pytest.raises(KeyError), tracing.span("recognize"):
        raise KeyError("page")
    tracing.flush()
    tracing.shutdown()


def test_a_trace_is_joined_only_outside_of_one() -> None:
    other = {"traceparent": "00-11111111111111111111111111111111-2222222222222222-01"}
    with tracing.joined(CARRIER):
        assert tracing.carry() == CARRIER
        with tracing.joined(other):
            assert tracing.carry() == CARRIER
    with tracing.joined(None):
        assert tracing.carry() == {}
