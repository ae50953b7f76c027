"""The settings that keep messages alive hold together."""

from __future__ import annotations

from octavo.broker import QUEUES
from octavo.settings import Settings
from tasks import names
from tasks.config import celery_config, time_limit


def test_a_message_is_not_taken_from_a_worker_that_is_still_at_it() -> None:
    config = celery_config(Settings(recognize_seconds=900))
    assert config["broker_transport_options"]["visibility_timeout"] > config["task_time_limit"]
    assert config["task_soft_time_limit"] < config["task_time_limit"]


def test_a_page_may_use_its_time_to_render_and_to_be_recognised() -> None:
    settings = Settings()
    assert time_limit(settings) > settings.render_seconds + settings.recognize_seconds


def test_a_file_may_use_its_time_to_be_looked_at() -> None:
    settings = Settings(render_seconds=600, recognize_seconds=10)
    assert celery_config(settings)["task_soft_time_limit"] > 2 * settings.render_seconds


def test_every_queue_is_sent_canaries() -> None:
    schedule = celery_config(Settings(canary_seconds=9))["beat_schedule"]
    canaries = [entry for entry in schedule.values() if entry["task"] == names.CANARY]
    assert [entry["options"]["queue"] for entry in canaries] == list(QUEUES)
    assert {entry["schedule"] for entry in canaries} == {9.0}


def test_only_json_is_read() -> None:
    config = celery_config(Settings())
    assert config["accept_content"] == config["result_accept_content"] == ["json"]


def test_what_beat_sends_and_nobody_took_is_forgotten_whatever_the_clocks_say() -> None:
    schedule = celery_config(Settings(sweep_seconds=7, collect_seconds=8))["beat_schedule"]
    for name, seconds in {"sweep": 7.0, "collect": 8.0}.items():
        entry = schedule[name]
        assert entry["schedule"] == seconds
        # Clocks may differ by minutes (fault 42); a day's worth of sweeps must not pile up.
        assert 300 < entry["options"]["expires"] < 3600
        assert entry["task"] in {names.SWEEP, names.COLLECT}
