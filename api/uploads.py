"""Uploads that go past this server, straight into the object store."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from api import filenames, options, promises, views
from api.auth import caller
from api.blueprint import Blueprint
from api.problems import (
    ChecksumMismatch,
    CleanupUnavailable,
    EmptyFile,
    EngineMissing,
    IllegalState,
    LanguageDamaged,
    LanguageMissing,
    NotFound,
    ObjectStoreUnavailable,
    PageOutOfRange,
    PresignUnsupported,
    SizeMismatch,
    UnsupportedMedia,
    UploadChanged,
    UploadMissing,
)
from api.schemas.documents import Document
from api.schemas.uploads import NewUpload, Upload
from api.services import services
from store.states import DocumentState

blueprint = Blueprint(
    "uploads",
    __name__,
    url_prefix="/v1",
    description="Files that clients put into the object store themselves.",
)


@blueprint.post("/uploads")
@blueprint.operation(
    "write",
    EmptyFile,
    LanguageMissing,
    LanguageDamaged,
    EngineMissing,
    CleanupUnavailable,
    PageOutOfRange,
    PresignUnsupported,
)
@blueprint.arguments(NewUpload)
@blueprint.response(
    201,
    Upload,
    description="A document that waits for its file.",
    headers={"Location": {"description": "Path of the document.", "schema": {"type": "string"}}},
)
def begin(asked: dict[str, Any]) -> Any:
    """Get a form to upload a file with; the file must be the one described here, byte for byte."""
    held = services()
    declared = promises.Declared(
        filename=filenames.clean(asked["filename"]),
        size=asked["size"],
        sha256=asked["sha256"],
        options=options.checked(asked, held.settings),
    )
    promised = promises.promise(held, caller(), declared)
    path = views.path(promised.document_id)
    body = {
        "id": promised.document_id,
        "state": DocumentState.AWAITING_UPLOAD,
        "upload": promised.form,
        "expires_at": promised.expires_at,
        "complete": f"{path}/complete",
    }
    return body, 201, {"Location": path}


@blueprint.post("/documents/<uuid:document_id>/complete")
@blueprint.operation(
    "write",
    NotFound,
    IllegalState,
    UploadMissing,
    UploadChanged,
    SizeMismatch,
    ChecksumMismatch,
    UnsupportedMedia,
    ObjectStoreUnavailable,
)
@blueprint.response(200, Document, description="The file was checked and will be read.")
def complete(document_id: UUID) -> Any:
    """Say that the file is uploaded; saying it twice changes nothing."""
    found = promises.confirm(services(), caller(), document_id)
    return views.document(found, [])
