"""What is taken out of a line, and what is left alone."""

from __future__ import annotations

import pytest

from octavo.telemetry.redact import redact


@pytest.mark.parametrize(
    ("line", "kept", "gone"),
    [
        ("key octavo_" + "a1B2c3D4" * 4 + " ok", "key octavo_[redacted] ok", "a1B2"),
        ("Authorization: Bearer abcdef.ghi-jkl_==", "Bearer [redacted]", "ghi"),
        ("redis://:s3cr%2Ft@cache:6379/0", "redis://:[redacted]@cache:6379/0", "s3cr"),
        ("postgresql+psycopg2://u:p:w@db/x", "://u:[redacted]@db/x", "p:w"),
        (
            "?X-Amz-Credential=AK%2F1&X-Amz-Signature=beef&a=1",
            "X-Amz-Signature=[redacted]&a=1",
            "beef",
        ),
        ("{'x-amz-signature': 'beef', 'key': 'k'}", "'key': 'k'}", "beef"),
        ("host=db password=hunter2 user=u", "password=[redacted] user=u", "hunter2"),
        ('{"api_key": "hunter2"}', '"api_key": "[redacted]"}', "hunter2"),
    ],
)
def test_secrets_are_taken_out(line: str, kept: str, gone: str) -> None:
    cleaned = redact(line)
    assert kept in cleaned
    assert gone not in cleaned


@pytest.mark.parametrize(
    "line",
    [
        "octavo_http_request_seconds_bucket",
        "GET http://127.0.0.1:8000/v1/documents/9?wait=30 200",
        "postgresql://db:5432/octavo",
        "page 3 of document 7f3a: recognize took 1.2 s",
        "mail to user@example.org",
    ],
)
def test_plain_lines_are_left_alone(line: str) -> None:
    assert redact(line) == line
