"""S3's interface: which operation a request means, who carries it out, and errors as S3 writes them."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sandbox.aws.dispatch import Scope
from sandbox.aws.errors import AwsError, host_id, xml_error
from sandbox.aws.messages import Request, Response
from sandbox.aws.policies import allows, parsed
from sandbox.aws.s3.body import unframed
from sandbox.aws.s3.bucket_tags import BucketTags
from sandbox.aws.s3.buckets import Buckets
from sandbox.aws.s3.call import Call, Handler, address
from sandbox.aws.s3.changes import Changes
from sandbox.aws.s3.copying import Copying
from sandbox.aws.s3.deleting import Deleting
from sandbox.aws.s3.listing import Listing
from sandbox.aws.s3.multipart import Multipart
from sandbox.aws.s3.notifying import Notifying
from sandbox.aws.s3.object_settings import ObjectSettings
from sandbox.aws.s3.reading import Reading
from sandbox.aws.s3.settings import SUBRESOURCES, Settings
from sandbox.aws.s3.store import Store
from sandbox.aws.s3.writing import Writing

KNOWN = SUBRESOURCES | {
    "acl",
    "attributes",
    "continuation-token",
    "delete",
    "delimiter",
    "encoding-type",
    "key-marker",
    "list-type",
    "location",
    "marker",
    "notification",
    "partNumber",
    "prefix",
    "start-after",
    "tagging",
    "uploadId",
    "uploads",
    "version-id-marker",
    "versionId",
    "versions",
}
"""Parameters that may be without a value. Another one without a value names an operation that is not here."""

ELSEWHERE = frozenset({"analytics", "intelligent-tiering", "metrics", "select"})
"""Parameters of operations that are not here, and have a value or others beside them."""

_log = logging.getLogger(__name__)


class S3Api:
    """Carries S3's operations out on a store.

    region: of calls that name none.
    account: whose buckets they are.
    """

    def __init__(
        self, store: Store, settings: Settings, changes: Changes, notifying: Notifying, region: str, account: str
    ) -> None:
        self._store, self._region, self._account = store, region, account
        self._writing, self._reading = Writing(store, changes), Reading(store)
        self._deleting, self._listing = Deleting(store, changes), Listing(store)
        self._copying = Copying(store, self._writing, changes)
        self._multipart = Multipart(store, self._writing, changes)
        self._object_settings = ObjectSettings(store, changes)
        self._buckets = Buckets(store, lambda call, region: settings.make(call, call.bucket, region), settings.forget)
        self._settings, self._notifying = settings, notifying
        self.tags = BucketTags(store)

    def handle(self, request: Request, scope: Scope) -> Response:
        """Answer a request; every answer has S3's two request ids."""
        call = Call(request, "", "", {}, b"", request.headers, scope.signed, scope.region)
        try:
            call = self._read(request, scope, call.id)
            response = self._handler(call)(call)
        except AwsError as error:
            response = xml_error(error, call.id)
        except Exception:  # noqa: BLE001 - the rim: a client gets an answer
            _log.exception("The local S3 failed at %s %s", request.method, request.path)
            words = "We encountered an internal error. Please try again."
            response = xml_error(AwsError("InternalError", words, 500), call.id)
        ids = (("x-amz-request-id", call.id), ("x-amz-id-2", host_id(call.id)), ("Server", "AmazonS3"))
        return replace(response, headers=(*response.headers, *ids))

    def _read(self, request: Request, scope: Scope, call_id: str) -> Call:
        _refuse_expired(request, self._store.clock())
        bucket, key = address(request)
        body, headers = unframed(request.body, request.headers)
        # A presigned request may carry in its query what else is a header.
        headers |= {
            name.lower(): text for name, text in request.parameters.items() if name.lower().startswith("x-amz-")
        }
        if headers.get("x-amz-expected-bucket-owner", self._account) != self._account:
            raise AwsError("AccessDenied", "Access Denied", 403)
        region = scope.region or self._region
        return Call(request, bucket, key, request.parameters, body, headers, scope.signed, region, call_id)

    def _handler(self, call: Call) -> Handler:
        method = "GET" if call.request.method == "HEAD" and call.key else call.request.method
        handler = self._by_key(method, call) if call.key else self._by_bucket(method, call)
        if missing := {one for one, text in call.query.items() if (not text and one not in KNOWN) or one in ELSEWHERE}:
            words = f"The local S3 does not have the operations of ?{min(missing)}."
            raise AwsError("NotImplemented", words, 501)
        if handler is None:
            words = "The specified method is not allowed against this resource."
            raise AwsError("MethodNotAllowed", words, 405, {"Method": call.request.method, "ResourceType": "OBJECT"})
        if not call.signed and not self._open_to_anybody(handler, call):
            raise AwsError("AccessDenied", "Access Denied", 403)
        return handler

    def _open_to_anybody(self, handler: Handler, call: Call) -> bool:
        """Whether who signs nothing may ask for this: objects, each by its own rules, forms, and lists by policy."""
        if handler in (self._reading.get, self._writing.post):
            return True
        listing = handler in (self._listing.objects, self._listing.objects_v2)
        policy = self._store.bucket(call.bucket).config.policy if listing else None
        return allows(parsed(policy), "s3:ListBucket", f"arn:aws:s3:::{call.bucket}")

    def _by_key(self, method: str, call: Call) -> Handler | None:
        query = call.query
        if "tagging" in query:
            its = self._object_settings
            return {"GET": its.get_tags, "PUT": its.put_tags, "DELETE": its.delete_tags}.get(method)
        if "acl" in query:
            return {"GET": self._object_settings.get_acl, "PUT": self._object_settings.put_acl}.get(method)
        if "uploads" in query:
            return self._multipart.create if method == "POST" else None
        copying = "x-amz-copy-source" in call.headers
        if "uploadId" in query:
            put = self._multipart.copy_part if copying else self._multipart.put_part
            its_parts = self._multipart
            whole = {"POST": its_parts.complete, "GET": its_parts.list_parts, "DELETE": its_parts.abort, "PUT": put}
            return whole.get(method)
        put = self._copying.copy if copying else self._writing.put
        get = self._reading.attributes if "attributes" in query else self._reading.get
        return {"GET": get, "PUT": put, "DELETE": self._deleting.delete}.get(method)

    def _by_bucket(self, method: str, call: Call) -> Handler | None:
        query = call.query
        if not call.bucket:
            return self._buckets.list if method == "GET" else None
        if ours := {"tagging", "notification"} & set(query):
            tagging = {"GET": self.tags.get, "PUT": self.tags.put, "DELETE": self.tags.delete}
            notification = {"GET": self._notifying.get, "PUT": self._notifying.put}
            return (tagging if "tagging" in ours else notification).get(method)
        if SUBRESOURCES & set(query):
            return self._settings.handle
        if method == "POST":
            return self._deleting.delete_many if "delete" in query else self._writing.post
        its = self._buckets
        return {"GET": self._listed(call), "PUT": its.create, "DELETE": its.delete, "HEAD": its.head}.get(method)

    def _listed(self, call: Call) -> Handler:
        query = call.query
        if "location" in query:
            return self._buckets.location
        if "uploads" in query:
            return self._multipart.list_uploads
        if "versions" in query:
            return self._listing.versions
        return self._listing.objects_v2 if query.get("list-type") == "2" else self._listing.objects


def _refuse_expired(request: Request, now: float) -> None:
    """Refuse a presigned request whose time is over ("Download and upload objects with presigned URLs")."""
    query = request.parameters
    begun, lasts = query.get("X-Amz-Date", ""), query.get("X-Amz-Expires", "")
    until = None
    if begun and lasts.isdecimal():
        started = datetime.strptime(begun, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        until = (started + timedelta(seconds=int(lasts))).timestamp()
    elif "Signature" in query and query.get("Expires", "").isdecimal():
        until = float(query["Expires"])
    if until is not None and until < now:
        raise AwsError("AccessDenied", "Request has expired", 403)
