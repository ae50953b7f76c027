"""A client's own upload, posted to a real S3 server."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Callable

import pytest
import urllib3

from store.objects import PresignedPost, S3Objects

PDF = b"%PDF-1.7 a scan"
KEY = "incoming/ü 1.pdf"


@pytest.fixture
def objects(open_bucket: Callable[[str], S3Objects]) -> S3Objects:
    opened = open_bucket("presign")
    opened.prepare()
    opened.delete(KEY)
    return opened


def sign(objects: S3Objects, *, seconds: int = 60, sha256: str | None = None) -> PresignedPost:
    return objects.presign_post(
        KEY,
        max_bytes=len(PDF),
        media_type="application/pdf",
        sha256=sha256,
        expires_seconds=seconds,
    )


def post(form: PresignedPost, data: bytes, **changed: str | None) -> tuple[int, str]:
    """Status and body; `changed` fields (underscores for dashes) replace the signed, None drops."""
    fields = form.fields | {name.replace("_", "-"): value for name, value in changed.items()}
    kept = {name: value for name, value in fields.items() if value is not None}
    answer = urllib3.request(
        "POST", form.url, fields={**kept, "file": ("n.pdf", data, "application/pdf")}, timeout=10
    )
    return answer.status, answer.data.decode()


def test_what_was_signed_is_accepted(objects: S3Objects) -> None:
    assert post(sign(objects, sha256=hashlib.sha256(PDF).hexdigest()), PDF)[0] == 204

    with objects.get(KEY) as body:
        assert body.read() == PDF


@pytest.mark.parametrize(
    ("data", "code"),
    [(PDF + b"!", "EntityTooLarge"), (bytes(2**20), "EntityTooLarge"), (b"", "EntityTooSmall")],
    ids=["one byte over", "1 MiB over", "empty"],
)
def test_a_wrong_size_is_refused(objects: S3Objects, data: bytes, code: str) -> None:
    status, answer = post(sign(objects), data)

    assert (status, code in answer) == (400, True)
    assert objects.head(KEY) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"key": "incoming/other.pdf"},
        {"Content_Type": "text/html"},
        {"Content_Type": None},
        {"x_amz_meta_note": "undeclared"},
        {"x_amz_signature": "0" * 64},
        {"policy": base64.b64encode(b'{"conditions":[]}').decode()},
    ],
    ids=["key", "type", "no type", "metadata", "signature", "policy"],
)
def test_anything_but_the_signed_form_is_forbidden(
    objects: S3Objects, changed: dict[str, str | None]
) -> None:
    assert post(sign(objects), PDF, **changed)[0] == 403
    assert objects.head(KEY) is None
    assert objects.head("incoming/other.pdf") is None


def test_another_body_than_its_checksum_is_refused(objects: S3Objects) -> None:
    form = sign(objects, sha256=hashlib.sha256(PDF).hexdigest())
    other = PDF[:-1] + b"N"
    forged = base64.b64encode(hashlib.sha256(other).digest()).decode()

    status, answer = post(form, other)
    assert (status, "BadDigest" in answer) == (400, True)
    assert post(form, other, x_amz_checksum_sha256=forged)[0] == 403
    assert post(form, other, x_amz_checksum_sha256=None)[0] == 403
    assert objects.head(KEY) is None


def test_an_expired_form_is_forbidden(objects: S3Objects) -> None:
    status, answer = post(sign(objects, seconds=-1), PDF)
    assert (status, "expired" in answer) == (403, True)


def test_an_undeclared_acl_opens_nothing(objects: S3Objects) -> None:
    form = sign(objects)
    assert post(form, PDF, acl="public-read")[0] in {204, 403}
    assert urllib3.request("GET", f"{form.url}/incoming/%C3%BC%201.pdf", timeout=10).status == 403


def test_clients_are_sent_to_the_public_address(open_bucket: Callable[..., S3Objects]) -> None:
    objects = open_bucket("presign", public_url="https://files.example")
    assert sign(objects).url.startswith("https://files.example/presign")


def test_racing_processes_make_one_bucket(open_bucket: Callable[[str], S3Objects]) -> None:
    stores = [open_bucket("raced") for _ in range(6)]
    start = threading.Barrier(len(stores))
    failures: list[Exception] = []

    def prepare(objects: S3Objects) -> None:
        start.wait(timeout=10)
        try:
            objects.prepare()
        except Exception as error:  # noqa: BLE001 - told to the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=prepare, args=(objects,)) for objects in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert failures == []
    stores[0].check()
