"""Tags of buckets, by S3's own calls and S3 Control's one-tag calls (User Guide, "Using cost allocation bucket tags").

`aws:` tags are AWS's own: CloudFormation makes them, nobody may add, change or leave them out.
"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote

from sandbox.aws.errors import AwsError
from sandbox.aws.messages import Request, Response
from sandbox.aws.s3.body import check_body
from sandbox.aws.s3.call import Call, answer_xml, malformed
from sandbox.aws.s3.object_settings import read_tags, tag_set
from sandbox.aws.s3.store import Store
from sandbox.aws.xml import Item, MalformedError, document, parse, text

MOST_TAGS = 50
_ALLOWED = re.compile(r"[\w\s_.:/=+@-]*")


class BucketTags:
    """The tag sets of the buckets."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, call: Call) -> Response:
        """GetBucketTagging."""
        tags = self._store.bucket(call.bucket).tags
        if not tags:
            raise AwsError("NoSuchTagSet", "The TagSet does not exist", 404, {"BucketName": call.bucket})
        return answer_xml("Tagging", tag_set(list(tags.items())))

    def put(self, call: Call) -> Response:
        """PutBucketTagging: the whole set at once."""
        check_body(call.body, call.headers)
        pairs = read_tags(call.body)
        with self._store.lock:
            bucket = self._store.bucket(call.bucket)
            check_bucket_tags(pairs, bucket.tags)
            bucket.tags = dict(pairs)
            self._store.touch()
        return Response(204)

    def delete(self, call: Call) -> Response:
        """DeleteBucketTagging; AWS's own tags stay."""
        with self._store.lock:
            bucket = self._store.bucket(call.bucket)
            bucket.tags = system_tags(bucket.tags)
            self._store.touch()
        return Response(204)

    def control(self, request: Request) -> Response:
        """S3 Control's ListTagsForResource, TagResource and UntagResource, for buckets by ARN."""
        name = _bucket_of(request)
        with self._store.lock:
            bucket = self._store.buckets.get(name)
            if bucket is None:
                raise AwsError("NoSuchResource", "The specified resource doesn't exist.", 404)
            if request.method == "GET":
                return _control_tags(bucket.tags)
            changed = dict(bucket.tags)
            if request.method == "POST":
                pairs = _control_pairs(request)
                _refuse_system(pairs)
                check_bucket_tags(pairs, {})
                changed |= dict(pairs)
                if len(changed) > MOST_TAGS:
                    raise _too_many()
            elif request.method == "DELETE":
                keys = [value for name, value in parse_qsl(request.query, keep_blank_values=True) if name == "tagKeys"]
                _refuse_system([(key, "") for key in keys])
                for key in keys:
                    changed.pop(key, None)
            else:
                raise AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", 405)
            bucket.tags = changed
            self._store.touch()
        return Response(204)


def check_bucket_tags(pairs: list[tuple[str, str]], present: Mapping[str, str] | None = None) -> None:
    """Raise what S3 refuses of a bucket's whole tag set.

    present: the bucket's tags of now: its `aws:` tags must all be there, unchanged, and no other ones.
    """
    if len(pairs) > MOST_TAGS:
        raise _too_many()
    if len(dict(pairs)) < len(pairs):
        raise AwsError("InvalidTag", "Cannot provide multiple Tags with the same key")
    for key, value in pairs:
        if not 1 <= len(key) <= 128 or not _ALLOWED.fullmatch(key):  # noqa: PLR2004 - S3's own limit
            raise AwsError("InvalidTag", "The TagKey you have provided is invalid", fields={"TagKey": key})
        if len(value) > 256 or not _ALLOWED.fullmatch(value):  # noqa: PLR2004 - S3's own limit
            raise AwsError(
                "InvalidTag", "The TagValue you have provided is invalid", fields={"TagKey": key, "TagValue": value}
            )
    given, own = system_tags(dict(pairs)), system_tags(present or {})
    if any(given.get(key) != value for key, value in own.items() if key not in given):
        raise AwsError("InvalidTag", "System tags cannot be removed by requester")
    if given != own:
        raise AwsError("InvalidTag", "System tags cannot be added/updated by requester")


def system_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Return the tags that are AWS's own."""
    return {key: value for key, value in tags.items() if key.lower().startswith("aws:")}


def _refuse_system(pairs: list[tuple[str, str]]) -> None:
    if system_tags(dict(pairs)):
        raise AwsError("InvalidTag", "System tags cannot be added/updated by requester")


def _too_many() -> AwsError:
    return AwsError("BadRequest", "Bucket tag count cannot be greater than 50")


def _bucket_of(request: Request) -> str:
    arn = unquote(request.path).removeprefix("/v20180820/tags/")
    kind, colons, name = arn.partition(":::")
    if "x-amz-account-id" not in request.headers:
        raise AwsError("InvalidRequest", "Missing required header for this request: x-amz-account-id")
    if not colons or not kind.startswith("arn:aws") or not name or "/" in name:
        raise AwsError(
            "InvalidRequest", "The local S3 Control knows the tags of buckets alone, by ARN: arn:aws:s3:::name"
        )
    return name


def _control_pairs(request: Request) -> list[tuple[str, str]]:
    try:
        root = parse(request.body)
    except MalformedError:
        raise malformed() from None
    return [(text(tag, "Key") or "", text(tag, "Value") or "") for tag in root.iterfind("Tags/Tag")]


def _control_tags(tags: Mapping[str, str]) -> Response:
    items: list[Item] = [("Tags", [("Tag", [("Key", key), ("Value", value)]) for key, value in tags.items()])]
    body = document("ListTagsForResourceResult", items, "http://awss3control.amazonaws.com/doc/2018-08-20/")
    return Response(200, (("Content-Type", "application/xml"),), body)
