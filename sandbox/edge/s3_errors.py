"""S3's error answers: XML at REST endpoints, HTML at website endpoints.

Amazon S3 API Reference, "Error responses"; User Guide, `CustomErrorDocSupport.html`.
"""

from dataclasses import dataclass
from html import escape
from http import HTTPStatus

from sandbox.aws.messages import Response


@dataclass(frozen=True, slots=True)
class S3Error:
    """One of S3's errors: its code, its status and its sentence."""

    code: str
    status: int
    message: str

    def as_xml(self, **details: str) -> Response:
        """Return the answer of a REST endpoint; details are further elements, by name."""
        parts = {"Code": self.code, "Message": self.message, **details}
        inner = "".join(f"<{name}>{escape(text, quote=False)}</{name}>" for name, text in parts.items())
        body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}</Error>'
        return Response(self.status, (("Content-Type", "application/xml"), ("Server", "AmazonS3")), body.encode())

    def as_page(self, **details: str) -> Response:
        """Return the answer of a website endpoint."""
        title = f"{self.status} {HTTPStatus(self.status).phrase}"
        parts = {"Code": self.code, "Message": self.message, **details}
        inner = "".join(f"<li>{name}: {escape(text)}</li>\n" for name, text in parts.items())
        page = f"<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n<ul>\n{inner}</ul>\n<hr/>\n"
        headers = (("Content-Type", "text/html; charset=utf-8"), ("Server", "AmazonS3"))
        return Response(self.status, headers, f"{page}</body>\n</html>\n".encode())


ACCESS_DENIED = S3Error("AccessDenied", 403, "Access Denied")
NO_SUCH_KEY = S3Error("NoSuchKey", 404, "The specified key does not exist.")
NO_SUCH_BUCKET = S3Error("NoSuchBucket", 404, "The specified bucket does not exist")
NO_SUCH_WEBSITE = S3Error(
    "NoSuchWebsiteConfiguration", 404, "The specified bucket does not have a website configuration"
)
INVALID_URI = S3Error("InvalidURI", 400, "Couldn't parse the specified URI.")
KEY_TOO_LONG = S3Error("KeyTooLongError", 400, "Your key is too long")
METHOD_NOT_ALLOWED = S3Error("MethodNotAllowed", 405, "The specified method is not allowed against this resource.")
PERMANENT_REDIRECT = S3Error(
    "PermanentRedirect",
    301,
    "The bucket you are attempting to access must be addressed using the specified endpoint. "
    "Please send all future requests to this endpoint.",
)
WRONG_REGION = S3Error("IncorrectEndpoint", 400, "The specified bucket exists in another Region.")
NOT_LISTED = S3Error("NotImplemented", 501, "The local edge does not list buckets; ask for one of the bucket's keys.")
INTERNAL_ERROR = S3Error("InternalError", 500, "We encountered an internal error. Please try again.")
