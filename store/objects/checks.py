"""Is this an object store whose promises Octavo may build on?"""

from __future__ import annotations

import io
from uuid import uuid4

from store.findings import Finding, Standing
from store.objects.errors import ObjectChanged
from store.objects.protocol import Objects

_FOLDER = ".checks"


def run(objects: Objects) -> list[Finding]:
    """Copy a tiny object on a condition that does not hold. Raises ObjectStoreUnavailable.

    The bucket must be there.
    """
    folder = f"{_FOLDER}/{uuid4()}"
    source, target = f"{folder}/source", f"{folder}/target"
    try:
        objects.put(source, io.BytesIO(b"first"))
        first = objects.head(source)
        objects.put(source, io.BytesIO(b"second"))
        objects.copy_if_match(source, target, first.etag if first else "")
    except ObjectChanged:
        words = "copies only what has not changed"
        return [Finding("object store conditions", Standing.OK, words)]
    finally:
        objects.delete_prefix(f"{folder}/")
    words = (
        "the object store copies an object although its ETag changed, so a file could be swapped"
        " after it was checked. Use a store that honours x-amz-copy-source-if-match, such as"
        " SeaweedFS 4.48 or AWS S3."
    )
    return [Finding("object store conditions", Standing.REFUSED, words)]
