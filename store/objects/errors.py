"""Why an object could not be stored or read: one tree, every leaf says whether to try again.

    ObjectError
    ├── ObjectStoreUnavailable    retry    it does not answer, or answers 5xx
    │   ├── ObjectStoreRefused    retry    it answers and refuses this key pair, clock or bucket
    │   └── BucketMissing         retry    it answers and has no such bucket yet
    ├── ObjectMissing                      no object under this key
    ├── ObjectChanged                      not the object that was seen before
    ├── ChecksumMismatch          retry    the bytes read are not the bytes recorded
    ├── TooLarge                           more bytes than allowed or declared
    ├── TooShort                  retry    fewer bytes than declared
    ├── InvalidKey                         a key that some store could not keep
    └── PresignUnsupported                 this store cannot take uploads from clients

A refusal is retryable because it ends when the operator mends the configuration; an upload must
not be lost over it.
"""

from __future__ import annotations

from typing import ClassVar


class ObjectError(Exception):
    """What happened (the message), whether to try again (`retryable`), what to do (`advice`)."""

    retryable: ClassVar[bool] = False
    advice: ClassVar[str] = ""

    @property
    def message(self) -> str:
        return str(self)


class ObjectStoreUnavailable(ObjectError):
    """The store cannot be reached, is too slow, is full, or failed inside."""

    retryable = True
    advice = "Try again shortly; check that the object store runs and has room."


class ObjectStoreRefused(ObjectStoreUnavailable):
    """The store answers and refuses: credentials, clock, permissions or bucket."""

    advice = "Check the access key, the secret key, the bucket, its permissions and the clock."


class BucketMissing(ObjectStoreUnavailable):
    """The store answers, and the bucket is not there yet."""

    advice = "API and workers make it when they start; a key pair that may not needs it made."


class ObjectMissing(ObjectError):
    """There is no object under this key."""

    advice = "Upload the object first."


class ObjectChanged(ObjectError):
    """The object was overwritten since its ETag was read."""

    advice = "Read the object's ETag again, or upload under a new key."


class ChecksumMismatch(ObjectError):
    """The bytes read have another SHA-256 than the one recorded."""

    retryable = True
    advice = "Try again; when it stays, the object was damaged or replaced."


class TooLarge(ObjectError):
    """The stream holds more bytes than allowed; nothing was kept."""

    advice = "Send a smaller file, or raise OCTAVO_MAX_UPLOAD_BYTES."


class TooShort(ObjectError):
    """The stream ended before its declared size; nothing was kept."""

    retryable = True
    advice = "Send the whole file again."


class InvalidKey(ObjectError):
    """The key breaks a rule of `store.objects.keys`: no store would bend it in silence."""

    advice = "Build keys from ids and plain names joined by single slashes."


class PresignUnsupported(ObjectError):
    """Clients cannot upload to this store by themselves."""

    advice = "Send the file to POST /v1/documents instead."
