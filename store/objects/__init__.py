"""Object storage: the bytes of sources, page images and results, behind one protocol."""

from __future__ import annotations

from octavo.settings import Settings
from store.objects.directory import DirectoryObjects
from store.objects.errors import (
    BucketMissing,
    ChecksumMismatch,
    InvalidKey,
    ObjectChanged,
    ObjectError,
    ObjectMissing,
    ObjectStoreRefused,
    ObjectStoreUnavailable,
    PresignUnsupported,
    TooLarge,
    TooShort,
)
from store.objects.memory import MemoryObjects
from store.objects.protocol import Body, Objects, PresignedPost, Stored
from store.objects.s3 import S3Objects

__all__ = [
    "Body",
    "BucketMissing",
    "ChecksumMismatch",
    "DirectoryObjects",
    "InvalidKey",
    "MemoryObjects",
    "ObjectChanged",
    "ObjectError",
    "ObjectMissing",
    "ObjectStoreRefused",
    "ObjectStoreUnavailable",
    "Objects",
    "PresignUnsupported",
    "PresignedPost",
    "S3Objects",
    "Stored",
    "TooLarge",
    "TooShort",
    "open_objects",
]


def open_objects(settings: Settings) -> Objects:
    """The store that the settings name; no request is made. Call after fork, then `prepare()`."""
    if settings.object_directory is not None:
        return DirectoryObjects(settings.object_directory)
    return S3Objects(
        settings.s3_endpoint,
        bucket=settings.s3_bucket,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key.get_secret_value(),
        region=settings.s3_region,
        secure=settings.s3_secure,
        public_url=_public_url(settings),
    )


def _public_url(settings: Settings) -> str | None:
    public = settings.s3_public_endpoint
    if public is None or "://" in public:
        return public and public.rstrip("/")
    return f"{'https' if settings.s3_secure else 'http'}://{public}"
