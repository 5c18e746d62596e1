"""All settings of buckets that are not ours: moto keeps them, we hand the calls on and remember what made them.

Policy, website, versioning, CORS, lifecycle, encryption, public access block, ownership, logging, ACL and the like.
"""

from typing import Any
from urllib.parse import quote, urlencode

from moto.s3.models import FakeBucket, S3Backend, s3_backends
from moto.s3.responses import S3Response

from sandbox.aws.messages import Request, Response
from sandbox.aws.moto_http import call as call_moto
from sandbox.aws.moto_regions import own_entry
from sandbox.aws.s3.bucket_policy import check_policy
from sandbox.aws.s3.call import Call
from sandbox.aws.s3.store import Store

SUBRESOURCES = frozenset(
    [
        "accelerate",
        "acl",
        "cors",
        "encryption",
        "inventory",
        "lifecycle",
        "logging",
        "object-lock",
        "ownershipControls",
        "policy",
        "policyStatus",
        "publicAccessBlock",
        "replication",
        "requestPayment",
        "versioning",
        "website",
    ]
)
"""The parameters by which clients name a setting."""

_KEPT = ("content-type", "x-amz-acl", "content-md5")


class LocalS3(S3Backend):  # type: ignore[misc] # moto is untyped here
    """moto's S3, whose buckets are of no concern to anybody else's."""

    def create_bucket(self, bucket_name: str, region_name: str, bucket_namespace: str | None = None) -> FakeBucket:
        """Make a bucket; the name has been checked."""
        made = self.buckets[bucket_name] = FakeBucket(bucket_name, self.account_id, region_name, bucket_namespace)
        s3_backends.bucket_accounts.pop(bucket_name, None)  # moto's list of names for the whole process
        return made


class Settings:
    """The settings of the buckets; `backend` is moto's S3."""

    def __init__(self, store: Store, account: str) -> None:
        self._store, self._account = store, account
        self.backend = LocalS3("aws", account)
        self._entry = own_entry(S3Response, "backend", lambda _: self.backend, "bucket_dispatch")

    def handle(self, call: Call) -> Response:
        """Read or change one setting of a bucket."""
        bucket = self._store.bucket(call.bucket)
        name = next(one for one in call.query if one in SUBRESOURCES)
        if (name, call.request.method) == ("policy", "PUT"):
            check_policy(call.body, call.bucket)
        with self._store.lock:
            response = self._ask(call.request.method, call.bucket, dict(call.query), dict(call.headers), call.body)
            changed = call.request.method != "GET" and response.status < 300  # noqa: PLR2004 - any success
            if changed:
                what = f"{name} {call.query.get('id', '')}".strip()
                if call.request.method == "DELETE":
                    bucket.replay.pop(what, None)
                else:
                    query = urlencode({k: v for k, v in call.query.items() if k in (name, "id")})
                    kept = {k: v for k, v in call.headers.items() if k in _KEPT or k.startswith("x-amz-grant-")}
                    bucket.replay[what] = ({**kept, "query": query}, call.body.decode("utf-8", "replace"))
                self._store.touch()
        return response

    def make(self, call: Call | None, name: str, region: str) -> Any:  # noqa: ANN401 - moto is untyped
        """Make moto's record of a bucket and return it.

        call: of the client who makes it, for ownership, ACL and lock; None when a state is loaded.
        """
        made = self.backend.create_bucket(name, region)
        if call is not None and call.headers.get("x-amz-bucket-object-lock-enabled", "").lower() == "true":
            made.object_lock_enabled = True
            made.versioning_status = "Enabled"
        if call is not None and (ownership := call.headers.get("x-amz-object-ownership")):
            made.ownership_rule = ownership
        return made

    def forget(self, name: str) -> None:
        """Drop moto's record of a bucket."""
        self.backend.delete_bucket(name)

    def replay(self, bucket: str, headers: dict[str, str], body: str) -> None:
        """Make a setting again from what was remembered of it."""
        kept = dict(headers)
        query = dict(pair.partition("=")[::2] for pair in kept.pop("query").split("&"))
        self._ask("PUT", bucket, query, kept, body.encode())

    def _ask(self, method: str, bucket: str, query: dict[str, str], headers: dict[str, str], body: bytes) -> Response:
        plain = {k: v for k, v in headers.items() if k != "x-amz-content-sha256"} | {"host": "localhost"}
        request = Request(method, "/" + quote(bucket), urlencode(query), plain, body)
        return call_moto(self._entry, request, self._account)
