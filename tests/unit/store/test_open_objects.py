"""Which store the settings open, and where clients are sent."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path

import pytest
from pydantic import SecretStr

from octavo.settings import Settings
from store.objects import (
    DirectoryObjects,
    MemoryObjects,
    ObjectMissing,
    S3Objects,
    TooLarge,
    open_objects,
)


@pytest.mark.parametrize(
    ("public", "secure", "url"),
    [
        (None, False, "http://127.0.0.1:8333/octavo"),
        ("files.example:9000", False, "http://files.example:9000/octavo"),
        ("files.example", True, "https://files.example/octavo"),
        ("https://files.example/", False, "https://files.example/octavo"),
    ],
)
def test_presigned_forms_point_to_the_public_address(
    public: str | None, secure: bool, url: str
) -> None:
    objects = open_objects(
        Settings(s3_secret_key=SecretStr("s"), s3_public_endpoint=public, s3_secure=secure)
    )
    assert isinstance(objects, S3Objects)

    form = objects.presign_post(
        "in/1",
        max_bytes=9,
        media_type="application/pdf",
        sha256=hashlib.sha256(b"").hexdigest(),
        expires_seconds=60,
    )
    assert form.url == url
    assert form.fields["key"] == "in/1"
    assert form.fields["x-amz-checksum-sha256"] == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def test_a_directory_in_the_settings_wins(tmp_path: Path) -> None:
    objects = open_objects(Settings(object_directory=tmp_path))
    assert isinstance(objects, DirectoryObjects)
    objects.prepare()
    objects.check()


def test_errors_cross_processes() -> None:
    with pytest.raises(ObjectMissing) as caught, MemoryObjects().get("k"):
        pytest.fail("opened")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (type(again), again.message) == (ObjectMissing, "no object under 'k'")
    assert TooLarge("x").retryable is False
