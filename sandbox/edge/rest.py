"""How a bucket's REST endpoint answers CloudFront (Amazon S3 API Reference, GetObject)."""

from dataclasses import dataclass

from sandbox.aws.messages import Response
from sandbox.edge import s3_errors
from sandbox.edge.access import Asker, verdict
from sandbox.edge.buckets import Buckets, Stored

ANONYMOUS = Asker()


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads a bucket."""

    buckets: Buckets
    bucket: str
    asker: Asker

    def may_read(self, key: str) -> bool:
        """Tell whether an object, there or not, may be read: by the bucket's policy, or by its own ACL."""
        said = verdict(self.buckets.policy(self.bucket), self.asker, "s3:GetObject", f"{self._arn}/{key}")
        return said == "allow" or (said == "none" and self.buckets.public_acl(self.bucket, key))

    def may_list(self) -> bool:
        """Tell whether the bucket's keys may be listed: only then an absent key is told from a forbidden one."""
        return verdict(self.buckets.policy(self.bucket), self.asker, "s3:ListBucket", self._arn) == "allow"

    def read(self, key: str) -> Stored | None:
        """Return an object that is there and may be read."""
        stored = self.buckets.get(self.bucket, key)
        return stored if stored is not None and self.may_read(key) else None

    @property
    def _arn(self) -> str:
        return f"arn:aws:s3:::{self.bucket}"


def found(stored: Stored, status: int = 200) -> Response:
    """Return an object as an answer of S3."""
    headers = tuple((name, value) for name, value in stored.headers if name.lower() != "server")
    return Response(status, (*headers, ("Server", "AmazonS3")), stored.body)


def answer(reader: Reader, key: str, region: str | None) -> Response:
    """Return what a GET of a key is answered with.

    Args:
        reader: who reads which bucket.
        key: decoded; empty for the bucket itself.
        region: the endpoint's, None for the global endpoint.
    """
    home = reader.buckets.region(reader.bucket)
    if home is None:
        return s3_errors.NO_SUCH_BUCKET.as_xml(BucketName=reader.bucket)
    if region not in (None, home):
        endpoint = f"{reader.bucket}.s3.{home}.amazonaws.com"
        return s3_errors.PERMANENT_REDIRECT.as_xml(Endpoint=endpoint, Bucket=reader.bucket)
    if not key:
        return (s3_errors.NOT_LISTED if reader.may_list() else s3_errors.ACCESS_DENIED).as_xml()
    stored = reader.buckets.get(reader.bucket, key)
    if stored is None:
        return s3_errors.NO_SUCH_KEY.as_xml(Key=key) if reader.may_list() else s3_errors.ACCESS_DENIED.as_xml()
    return found(stored) if reader.may_read(key) else s3_errors.ACCESS_DENIED.as_xml()
