"""Every error a client can get, as RFC 9457 problems: one tree, every leaf a stable code.

Problem
├── BadRequest              400   ├── IllegalState           409
│   └── InvalidCursor       400   ├── UploadMissing          409
├── Unauthenticated         401   ├── UploadChanged          409  retry
├── MissingScope            403   ├── IdempotencyInFlight    409  retry
├── NotFound                404   ├── TooLarge               413
│   ├── NoSuchPath          404   ├── UnsupportedContentType 415
│   ├── ImageMissing        404   ├── InvalidRequest         422  and its leaves
│   ├── TextMissing         404   ├── NotEnded               409  retry
│   └── NoSuchFormat        404   ├── NothingRead            409
├── MethodNotAllowed        405   ├── NoPdf                  409
├── PresignUnsupported      501   └── Unavailable            503  retry, and its leaves
└── Internal                500  retry
"""

from __future__ import annotations

from typing import Any, ClassVar


class Problem(Exception):
    """The request was not done; `code` says why in one word, `detail` in a sentence."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Internal error"
    retryable: ClassVar[bool] = False
    advice: ClassVar[str] = ""

    def __init__(
        self,
        detail: str,
        *,
        advice: str | None = None,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        """`more` become members of the problem; `advice` replaces the class's own."""
        super().__init__(detail)
        self.detail = detail
        self.said_advice = self.advice if advice is None else advice
        self.headers = headers or {}
        self.more = more

    def body(self, instance: str, request_id: str) -> dict[str, Any]:
        """The members of the problem document."""
        return {
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
            "code": self.code,
            "retryable": self.retryable,
            "advice": self.said_advice,
            "request_id": request_id,
            **self.more,
        }


class BadRequest(Problem):
    """The request cannot be understood: broken JSON, a broken form, a broken header."""

    status = 400
    code = "bad_request"
    title = "Request not understood"
    advice = "Check the request against /docs."


class InvalidCursor(BadRequest):
    """The `cursor` was not made by this server, or was changed on the way."""

    code = "invalid_cursor"
    title = "Cursor not valid"
    advice = "Use the `next` value of the last page as it is, or start again without a cursor."


class Unauthenticated(Problem):
    """The key is missing, malformed, unknown, expired or revoked; which of these is not told."""

    status = 401
    code = "unauthenticated"
    title = "No valid API key"
    advice = "Send `Authorization: Bearer octavo_...`; `octavo keys create` makes a key."


class MissingScope(Problem):
    """The key is valid but may not do this."""

    status = 403
    code = "missing_scope"
    title = "Key lacks the scope"
    advice = "Use a key with the scope named in the detail."


class NotFound(Problem):
    """There is no such document or page, it was deleted, or it belongs to somebody else."""

    status = 404
    code = "not_found"
    title = "Not found"
    advice = "Check the id; GET /v1/documents lists what this key can see."


class NoSuchPath(NotFound):
    """The address is none of this API's."""

    code = "no_such_path"
    title = "No such path"
    advice = "See /docs for the paths there are."


class ImageMissing(NotFound):
    """The page has no picture: it was not read yet, or cannot be drawn."""

    code = "image_missing"
    title = "No picture of this page"
    advice = "Look at the page's state; a page that is done has a picture."


class NoSuchFormat(NotFound):
    """Results are not written in this format; `available` names those there are."""

    code = "no_such_format"
    title = "No such format"
    advice = "Choose among `available`."


class TextMissing(NotFound):
    """The page has no text yet, or could not be read."""

    code = "text_missing"
    title = "No text of this page"
    advice = "Look at the page's state; a page that is recognized or done has its text."


class MethodNotAllowed(Problem):
    """The path exists and knows other methods; the Allow header names them."""

    status = 405
    code = "method_not_allowed"
    title = "Method not allowed"
    advice = "Use a method that the Allow header names."


class IllegalState(Problem):
    """The document's state does not allow this; `state` says which state it is in."""

    status = 409
    code = "illegal_state"
    title = "Not possible in this state"
    advice = "Read the document; the state says what can be done."


class NotEnded(Problem):
    """The document is still being read; `state` says how far it is."""

    status = 409
    code = "not_ended"
    title = "Still being read"
    retryable = True
    advice = "GET /v1/documents/{id}?wait=30 answers when it has ended; txt and jsonl do not wait."

    def __init__(self, detail: str, **more: Any) -> None:
        super().__init__(detail, headers={"Retry-After": "2"}, **more)


class NothingRead(Problem):
    """The document ended before any of its pages was known; `reasons` says why."""

    status = 409
    code = "nothing_read"
    title = "There is no result"
    advice = "Read `reasons`; mend the file or the options and send it again."


class NoPdf(Problem):
    """No searchable PDF can be made of this file; `reason` says why."""

    status = 409
    code = "no_pdf"
    title = "No PDF can be made"
    advice = "Take another format; txt, json, hocr and alto need the file no more."


class UploadMissing(Problem):
    """The file was confirmed but has not been uploaded."""

    status = 409
    code = "upload_missing"
    title = "Nothing was uploaded"
    advice = "POST the file to the presigned form first, then confirm."


class UploadChanged(Problem):
    """The uploaded file was overwritten while it was being checked."""

    status = 409
    code = "upload_changed"
    title = "Upload changed while it was checked"
    retryable = True
    advice = "Wait until your uploads are finished, then confirm again."


class IdempotencyInFlight(Problem):
    """Another request with this `Idempotency-Key` is still being answered."""

    status = 409
    code = "idempotency_in_flight"
    title = "Same key, still in flight"
    retryable = True
    advice = "Wait a moment and send the same request again."


class TooLarge(Problem):
    """The request or the file is larger than this server accepts."""

    status = 413
    code = "too_large"
    title = "Too large"
    advice = "Split the file, or ask the operator to raise OCTAVO_MAX_UPLOAD_BYTES."


class UnsupportedContentType(Problem):
    """The body's Content-Type is not the one this operation takes."""

    status = 415
    code = "unsupported_content_type"
    title = "Content-Type not supported"
    advice = "See /docs for the Content-Type of this operation."


class InvalidRequest(Problem):
    """Fields are missing or wrong; `errors` names each one."""

    status = 422
    code = "invalid_request"
    title = "Fields are not valid"
    advice = "Correct the fields named in `errors`."


class EmptyFile(InvalidRequest):
    """The file holds no bytes."""

    code = "empty_file"
    title = "Empty file"
    advice = "Send a file that is not empty."


class UnsupportedMedia(InvalidRequest):
    """The file's first bytes are those of no format that Octavo reads."""

    code = "unsupported_media"
    title = "Not a document that can be read"
    advice = "Send a PDF, PNG, JPEG, TIFF or WebP file."


class LanguageMissing(InvalidRequest):
    """A language is not installed here; `installed` names those that are."""

    code = "language_missing"
    title = "Language not installed"
    advice = "Choose among `installed`, or ask the operator to install the language."


class LanguageDamaged(InvalidRequest):
    """A language's data is damaged here; `installed` names the languages that can be read."""

    code = "language_damaged"
    title = "Language data damaged"
    advice = "Choose among `installed`, or ask the operator to replace the language's data file."


class EngineMissing(InvalidRequest):
    """There is no such engine here; `available` names those there are."""

    code = "engine_missing"
    title = "Engine not available"
    advice = "Choose among `available`, or leave the choice to `auto`."


class CleanupUnavailable(InvalidRequest):
    """No language model does this cleanup here; `available` names the modes there are."""

    code = "cleanup_unavailable"
    title = "Cleanup not available"
    advice = "Choose among `available`, or ask the operator to name a provider (docs/cleanup.md)."


class PageOutOfRange(InvalidRequest):
    """The page range cannot be read as one."""

    code = "page_out_of_range"
    title = "Page range not valid"
    advice = "Write pages as 1-3,7,12- or last."


class ChecksumMismatch(InvalidRequest):
    """The uploaded bytes do not have the SHA-256 that was declared; the document still waits."""

    code = "checksum_mismatch"
    title = "Checksum does not match"
    advice = "Upload the file again, unchanged, while the form is valid; or begin a new upload."


class SizeMismatch(InvalidRequest):
    """The uploaded file does not have the size that was declared; the document still waits."""

    code = "size_mismatch"
    title = "Size does not match"
    advice = "Upload the file again, unchanged, while the form is valid; or begin a new upload."


class IdempotencyConflict(InvalidRequest):
    """This `Idempotency-Key` was used before for something else."""

    code = "idempotency_conflict"
    title = "Key used for another request"
    advice = "Use a new Idempotency-Key for a new request."


class Internal(Problem):
    """A fault of the server; the log has the details under the request id."""

    retryable = True
    advice = "Try again; if it stays, give the operator the request_id."


class PresignUnsupported(Problem):
    """This installation keeps objects where clients cannot upload by themselves."""

    status = 501
    code = "presign_unsupported"
    title = "No presigned uploads here"
    advice = "Send the file to POST /v1/documents."


class Unavailable(Problem):
    """Something this server needs does not answer; nothing was changed."""

    status = 503
    code = "unavailable"
    title = "Temporarily unavailable"
    retryable = True
    advice = "Try again after the seconds in Retry-After."

    def __init__(self, detail: str, *, retry_after_seconds: int = 5, **more: Any) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after_seconds)}, **more)


class ObjectStoreUnavailable(Unavailable):
    """The object store does not answer; the document was not accepted."""

    code = "object_store_unavailable"
    title = "Object store unavailable"


class BeingMade(Unavailable):
    """The file is being made, or waits for its turn; asked again, it will be there."""

    code = "being_made"
    title = "Being made"


class DatabaseUnavailable(Unavailable):
    """The database does not answer; an Idempotency-Key makes it safe to send a POST again."""

    code = "database_unavailable"
    title = "Database unavailable"


def catalogue() -> dict[str, type[Problem]]:
    """Every problem by its code."""
    found: dict[str, type[Problem]] = {}
    waiting: list[type[Problem]] = Problem.__subclasses__()
    while waiting:
        kind = waiting.pop(0)
        found[kind.code] = kind
        waiting += kind.__subclasses__()
    return found
