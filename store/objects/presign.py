"""The signed form of a client's own upload.

Seen with SeaweedFS 4.48 (POST to ``/bucket``, multipart form, ``file`` last):

- 204 when all holds; 400 EntityTooLarge / EntityTooSmall outside the size range;
- 400 BadDigest when the body does not have the SHA-256 of ``x-amz-checksum-sha256``;
- 403 AccessDenied for another key, type or checksum field, a missing field, an undeclared
  ``x-amz-meta-*`` field, or an expired policy; 403 SignatureDoesNotMatch for a changed policy;
- an undeclared ``acl`` field is ignored: the object stays private (real S3 answers 403).
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from minio import Minio
from minio.datatypes import PostPolicy


@dataclass(frozen=True, slots=True)
class Form:
    """What exactly may be uploaded."""

    bucket: str
    key: str
    media_type: str
    min_bytes: int
    max_bytes: int
    sha256: str | None  # hex

    def sign(self, client: Minio, expires_seconds: int) -> dict[str, str]:
        """The form's fields; signing needs no request, so it works while the store is down."""
        expires = datetime.now(UTC) + timedelta(seconds=expires_seconds)
        policy = PostPolicy(self.bucket, expires)
        policy.add_content_length_range_condition(self.min_bytes, self.max_bytes)
        fixed = self._fixed()
        for name, value in fixed.items():
            policy.add_equals_condition(name, value)
        return {**fixed, **client.presigned_post_policy(policy)}

    def _fixed(self) -> dict[str, str]:
        fixed = {"key": self.key, "Content-Type": self.media_type}
        if self.sha256 is not None:
            fixed["x-amz-checksum-algorithm"] = "SHA256"
            fixed["x-amz-checksum-sha256"] = base64.b64encode(bytes.fromhex(self.sha256)).decode()
        return fixed
