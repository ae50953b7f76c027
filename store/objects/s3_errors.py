"""The S3 client's failures as ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import urllib3
from minio.error import MinioException, S3Error

from store.objects.errors import (
    ObjectChanged,
    ObjectError,
    ObjectMissing,
    ObjectStoreRefused,
    ObjectStoreUnavailable,
)

MISSING = frozenset({"NoSuchKey", "NoSuchVersion"})


@contextmanager
def translated(key: str) -> Iterator[None]:
    """Every failure of the client as one of ours; the server's words stay in the cause."""
    try:
        yield
    except S3Error as error:
        raise _named(key, error) from error
    except (MinioException, urllib3.exceptions.HTTPError) as error:
        raise ObjectStoreUnavailable(
            f"the object store failed on {key!r}: {type(error).__name__}"
        ) from error


def _named(key: str, error: S3Error) -> ObjectError:
    if error.code in MISSING:
        return ObjectMissing(f"no object under {key!r}")
    if error.code == "PreconditionFailed":
        return ObjectChanged(f"{key!r} was overwritten")
    status = getattr(error.response, "status", 0)
    kind = ObjectStoreUnavailable if status >= 500 else ObjectStoreRefused
    return kind(f"the object store answered {status} {error.code} on {key!r}")
