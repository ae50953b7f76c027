"""Objects in S3, through the minio client.

Seen with SeaweedFS 4.48 and minio 7.2.20, and kept true by the conformance suite:

- A put to a missing bucket makes the bucket when the identity may; real S3 answers NoSuchBucket.
- The ETag is the MD5 of a small object, and ends in ``-n`` for objects over 8 MiB even when they
  were sent in one piece; so an ETag is compared with itself and never computed.
- CopySourceIfMatch on an overwritten source answers 412 PreconditionFailed.
- An aborted multipart upload leaves neither object nor parts; deleting a missing key is a success.
- HEAD on a bucket that does not exist answers NoSuchKey, as for a missing object.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import BinaryIO, cast

import urllib3
from minio import Minio
from minio.commonconfig import CopySource
from minio.deleteobjects import DeleteObject
from minio.error import S3Error

from store.objects.errors import BucketMissing, ObjectMissing, ObjectStoreUnavailable
from store.objects.keys import checked, checked_prefix
from store.objects.presign import Form
from store.objects.protocol import Body, Objects, PresignedPost, Stored
from store.objects.s3_errors import translated
from store.objects.transfer import Measured, Reader

PART_BYTES = 8 * 2**20  # what one put holds in memory; S3 wants at least 5 MiB
CONNECT_SECONDS = 1.0
READ_SECONDS = 10.0
CHECK_SECONDS = 2.0
MADE_BY_ANOTHER = frozenset({"BucketAlreadyOwnedByYou", "BucketAlreadyExists", "OperationAborted"})


class S3Objects(Objects):
    """One bucket of an S3 server.

    Gives up within about a second on a server that refuses connections, within five on one that
    does not accept them, within 21 on one that accepts and then says nothing.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        bucket: str,
        access_key: str,
        secret_key: str,
        region: str = "us-east-1",
        secure: bool = False,
        public_url: str | None = None,
        connections: int = 16,
    ) -> None:
        def client(retries: urllib3.Retry | bool, read_seconds: float) -> Minio:
            pool = urllib3.PoolManager(
                maxsize=connections,
                timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=read_seconds),
                retries=retries,
            )
            return Minio(
                endpoint,
                access_key=access_key,
                secret_key=secret_key,
                region=region,
                secure=secure,
                http_client=pool,
            )

        self._bucket = bucket
        self._client = client(_retries(), READ_SECONDS)
        self._probe = client(False, CHECK_SECONDS)
        scheme = "https" if secure else "http"
        self._url = public_url or f"{scheme}://{endpoint}"

    def prepare(self) -> None:
        with translated(self._bucket):
            if self._client.bucket_exists(self._bucket):
                return
            try:
                self._client.make_bucket(self._bucket)
            except S3Error as error:
                if error.code not in MADE_BY_ANOTHER:
                    raise

    def check(self) -> None:
        with translated(self._bucket):
            there = self._probe.bucket_exists(self._bucket)
        if not there:
            raise BucketMissing(f"there is no bucket {self._bucket!r}")

    def put(
        self,
        key: str,
        stream: Reader,
        *,
        size: int | None = None,
        max_bytes: int | None = None,
        media_type: str = "application/octet-stream",
    ) -> Stored:
        checked(key)
        measured = Measured(stream, size=size, max_bytes=max_bytes)
        with translated(key):
            # Length unknown on purpose: the client then reads to the end before it commits, so a
            # stream that is too long or too short leaves nothing behind.
            result = self._client.put_object(
                self._bucket,
                key,
                cast(BinaryIO, measured),
                length=-1,
                content_type=media_type,
                part_size=PART_BYTES,
                num_parallel_uploads=1,
            )
        written = _time(result.http_headers.get("Date"))
        return Stored(key, measured.size, _plain(result.etag), written, measured.sha256)

    @contextmanager
    def get(self, key: str) -> Iterator[Body]:
        with translated(checked(key)):
            response = self._client.get_object(self._bucket, key)

        def read(size: int) -> bytes:
            with translated(key):
                # Raw: a client's Content-Encoding must not unpack in here.
                data: bytes = response.read(None if size < 0 else size, decode_content=False)
                return data

        try:
            size = int(response.headers["Content-Length"])
            modified = _time(response.headers.get("Last-Modified"))
            yield Body(Stored(key, size, _plain(response.headers["ETag"]), modified), read)
        finally:
            response.close()
            response.release_conn()

    def head(self, key: str) -> Stored | None:
        try:
            with translated(checked(key)):
                found = self._client.stat_object(self._bucket, key)
        except ObjectMissing:
            return None
        return Stored(key, found.size or 0, _plain(found.etag), _second(found.last_modified))

    def copy_if_match(self, source: str, target: str, etag: str) -> Stored:
        checked(target)
        with translated(checked(source)):
            copied = self._client.copy_object(
                self._bucket, target, CopySource(self._bucket, source, match_etag=etag)
            )
            found = self._client.stat_object(self._bucket, target)
        modified = _second(found.last_modified)
        return Stored(target, found.size or 0, _plain(copied.etag), modified)

    def delete(self, key: str) -> None:
        with translated(checked(key)):
            self._client.remove_object(self._bucket, key)

    def delete_prefix(self, prefix: str) -> int:
        keys = [stored.key for stored in self.list(checked_prefix(prefix))]
        with translated(prefix):
            failures = list(
                self._client.remove_objects(self._bucket, (DeleteObject(key) for key in keys))
            )
        if failures:
            raise ObjectStoreUnavailable(
                f"{len(failures)} of {len(keys)} objects under {prefix!r} stay: {failures[0].code}"
            )
        return len(keys)

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[Stored]:
        with translated(prefix):
            for found in self._client.list_objects(
                self._bucket, prefix=prefix, recursive=True, start_after=after or None
            ):
                modified = _second(found.last_modified)
                yield Stored(found.object_name, found.size, _plain(found.etag), modified)

    def presign_post(
        self,
        key: str,
        *,
        max_bytes: int,
        min_bytes: int = 1,
        media_type: str,
        sha256: str | None = None,
        expires_seconds: int,
    ) -> PresignedPost:
        form = Form(self._bucket, checked(key), media_type, min_bytes, max_bytes, sha256)
        fields = form.sign(self._client, expires_seconds)
        return PresignedPost(f"{self._url}/{self._bucket}", fields)


def _retries() -> urllib3.Retry:
    """Two more tries of requests that are safe to repeat; one after a silence."""
    return urllib3.Retry(
        total=2,
        read=1,
        backoff_factor=0.2,
        status_forcelist=(500, 502, 503, 504),
        raise_on_status=False,
    )


def _plain(etag: str | None) -> str:
    return (etag or "").strip('"')


def _time(header: str | None) -> datetime:
    return _second(parsedate_to_datetime(header) if header else None)


def _second(time: datetime | None) -> datetime:
    return (time or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
