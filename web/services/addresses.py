"""What one pasted thing is written as: an address, an object of a bucket, or plain. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import unquote_plus

_URL = re.compile(r"(?is)https?://(?P<host>[^/?#]*)(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?P<fragment>#.*)?")
_BUCKET = re.compile(r"(?is)(?:s3[an]?://|arn:aws[a-z-]*:s3:::)(?P<bucket>[^/]*)/?(?P<key>.*)")
_SCHEME = re.compile(r"(?i)(?P<scheme>[a-z][a-z0-9+.-]*)://")
_ONE_SLASH = re.compile(r"(?i)(?P<scheme>https?|s3):/(?=[^/])")
# "Amazon S3 endpoints and quotas" (s3.html in the General Reference): the bucket stands in front of the host or path.
_ENDPOINT = re.compile(
    r"(?:(?P<bucket>.+)\.)?s3(?:[.-]dualstack)?(?:[.-][a-z]{2,}(?:-[a-z]+)+-\d+)?\.amazonaws\.com(?:\.cn)?"
)


@dataclass(frozen=True, slots=True)
class Address:
    """An address of the web. host: in lower case, without user, port and dot at its end; query: with its `?`."""

    host: str
    path: str
    query: str | None = None


@dataclass(frozen=True, slots=True)
class InBucket:
    """An object of a bucket, or all whose keys begin so."""

    bucket: str
    key: str


@dataclass(frozen=True, slots=True)
class Unusable:
    """Something that is no address of the web or of S3, with what to write instead, where that is plain."""

    problem: str
    mend: str | None = None


def read(given: str) -> Address | InBucket | Unusable | None:
    """Return what a text is; None for a path, a key, or a name without scheme.

    >>> read("https://docs.s3.eu-west-1.amazonaws.com/a%20b"), read("s3://docs/a b")
    (InBucket(bucket='docs', key='a b'), InBucket(bucket='docs', key='a b'))
    """
    if found := _URL.fullmatch(given):
        address = Address(host_of(found["host"]), found["path"], found["query"])
        return _at_an_endpoint(address) or address
    if found := _BUCKET.fullmatch(given):
        return InBucket(found["bucket"], found["key"])
    if found := _ONE_SLASH.match(given):
        mend = f"{found['scheme']}://{given[found.end() :]}"
        return Unusable("An address has two slashes after its colon.", mend)
    if found := _SCHEME.match(given):
        scheme = found["scheme"].lower()[:20]
        return Unusable(f"CloudFront answers nothing at {scheme}:// addresses: write an https:// or s3:// address.")
    return None


def host_of(text: str) -> str:
    """Return a host name alone: without user and port, in lower case, without the dot at its end."""
    return text.rpartition("@")[2].partition(":")[0].rstrip(".").lower()


def _at_an_endpoint(address: Address) -> InBucket | None:
    """Return the object that an address at one of S3's own endpoints names; S3 reads `+` there as a space."""
    found = _ENDPOINT.fullmatch(address.host)
    if found is None:
        return None
    key = unquote_plus(address.path.removeprefix("/"))
    if found["bucket"]:
        return InBucket(found["bucket"], key)
    bucket, _, key = key.partition("/")
    return InBucket(bucket, key)
