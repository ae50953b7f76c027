"""Beside its S3 gateway, the object store serves nobody."""

from __future__ import annotations

import http.client
from io import BytesIO

import pytest

from octavo.local.stack import Stack
from octavo.settings import settings
from store.objects import open_objects


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_the_filer_gives_and_takes_nothing(services: Stack, method: str) -> None:
    objects = open_objects(settings())
    objects.prepare()
    objects.put("default/doors/source", BytesIO(b"a page"))
    path = f"/buckets/{settings().s3_bucket}/default/doors/source"
    port = services.seaweedfs._ports["filer"]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, body=b"other" if method == "PUT" else None)
    assert connection.getresponse().status == 401
    connection.close()
    with objects.get("default/doors/source") as body:
        assert body.read() == b"a page"
    objects.delete("default/doors/source")
