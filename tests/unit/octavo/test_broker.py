"""What is known of the broker is what kombu makes of the settings."""

from __future__ import annotations

from kombu.transport.redis import Channel

from octavo import broker
from octavo.settings import Settings
from tasks.config import celery_config


def test_messages_wait_where_kombu_puts_them() -> None:
    transport = celery_config(Settings())["broker_transport_options"]
    kept = (
        transport["global_keyprefix"] + (f"ocr{Channel.sep}{step}" if step else "ocr")
        for step in transport["priority_steps"]
    )
    assert broker.lists("ocr") == tuple(kept)
