"""An S3 server for the tests of this folder."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store.objects import ObjectStoreUnavailable, S3Objects


def _free_ports(count: int) -> list[int]:
    """Ports that are free together with their gRPC twin, 10000 above."""
    found: list[int] = []
    candidate = 20000 + (time.time_ns() // 1000) % 20000
    while len(found) < count:
        candidate = candidate + 1 if candidate < 50000 else 20000
        try:
            for port in (candidate, candidate + 10000):
                socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        found.append(candidate)
    return found


@pytest.fixture(scope="session")
def s3_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("weed")
    identity = {
        "name": "octavo",
        "credentials": [{"accessKey": "octavo", "secretKey": "tests-only"}],
        "actions": ["Admin"],
    }
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    master, volume, filer, s3 = _free_ports(4)
    command = [
        str(Path(sys.executable).with_name("weed")),
        "-logtostderr=true",
        "server",
        f"-dir={folder}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        f"-master.port={master}",
        f"-volume.port={volume}",
        "-filer",
        f"-filer.port={filer}",
        "-s3",
        f"-s3.port={s3}",
        f"-s3.config={folder / 's3.json'}",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-master.telemetry=false",
        "-master.electionTimeout=1s",
        "-master.volumeSizeLimitMB=1024",
        "-volume.max=0",
        "-volume.preStopSeconds=0",
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait(f"127.0.0.1:{s3}", process, folder / "log")
        yield f"127.0.0.1:{s3}"
    finally:
        process.kill()  # nothing here outlives the tests, and a soft stop takes 15 s
        process.wait(timeout=30)


def _wait(endpoint: str, process: subprocess.Popen[bytes], log: Path) -> None:
    objects = S3Objects(endpoint, bucket="ready", access_key="octavo", secret_key="tests-only")
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            objects.prepare()
            objects.put("ready", io.BytesIO(b"q"))
        except ObjectStoreUnavailable:
            time.sleep(0.1)
        else:
            return
    pytest.fail(log.read_text()[-2000:])


@pytest.fixture(scope="session")
def open_bucket(s3_endpoint: str) -> Callable[..., S3Objects]:
    def open_it(
        bucket: str, *, secret_key: str = "tests-only", public_url: str | None = None
    ) -> S3Objects:
        return S3Objects(
            s3_endpoint,
            bucket=bucket,
            access_key="octavo",
            secret_key=secret_key,
            public_url=public_url,
        )

    return open_it
