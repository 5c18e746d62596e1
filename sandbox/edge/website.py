"""How a bucket's website endpoint answers.

Rules: Amazon S3 User Guide, `IndexDocumentSupport.html`, `CustomErrorDocSupport.html`, `how-to-page-redirect.html`,
`WebsiteEndpoints.html`; API Reference, `PutBucketWebsite`. Where the documentation is silent: a missing key whose
object everybody could read is 404 also without `s3:ListBucket`, and redirects within the site are relative.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from sandbox.aws.messages import Response
from sandbox.edge import s3_errors
from sandbox.edge.rest import Reader, found
from sandbox.edge.s3_errors import S3Error

Site = Mapping[str, Any]
"""A website configuration in boto3's shape."""

REDIRECT_LOCATION = "x-amz-website-redirect-location"


def answer(reader: Reader, key: str, region: str | None, host: str) -> Response:
    """Return what a GET of a key is answered with.

    Args:
        reader: everybody, and the bucket.
        key: decoded, as it was asked for; empty for the root.
        region: the endpoint's.
        host: the endpoint's own name, for redirects that name none.
    """
    home, site = reader.buckets.region(reader.bucket), reader.buckets.website(reader.bucket)
    if home is None:
        return s3_errors.NO_SUCH_BUCKET.as_page(BucketName=reader.bucket)
    if region != home:
        return s3_errors.WRONG_REGION.as_page(Bucket=reader.bucket)
    if not site:
        return s3_errors.NO_SUCH_WEBSITE.as_page(BucketName=reader.bucket)
    if everything := site.get("RedirectAllRequestsTo"):
        return _redirect(301, _elsewhere(everything, host, key))
    if rule := _rule(site, key, status=None):
        return _by_rule(rule, key, host)
    return _object(reader, site, key, host)


def _object(reader: Reader, site: Site, key: str, host: str) -> Response:
    suffix = str(site["IndexDocument"]["Suffix"])
    is_folder = not key or key.endswith("/")
    document = key + suffix if is_folder else key
    stored = reader.read(document)
    if stored is not None:
        for name, value in stored.headers:
            if name.lower() == REDIRECT_LOCATION:
                return _redirect(301, value)
        return found(stored)
    if not is_folder and reader.read(f"{key}/{suffix}") is not None:
        return _redirect(302, f"/{quote(key)}/")
    readable = reader.may_read(document) or reader.may_list()
    absent = readable and reader.buckets.get(reader.bucket, document) is None
    error, details = (s3_errors.NO_SUCH_KEY, {"Key": document}) if absent else (s3_errors.ACCESS_DENIED, {})
    return _failed(reader, site, key, host, (error, details))


def _failed(reader: Reader, site: Site, key: str, host: str, failure: tuple[S3Error, dict[str, str]]) -> Response:
    """An error: first the routing rules for its status, then the error document, then S3's own page."""
    error, details = failure
    if rule := _rule(site, key, status=error.status):
        return _by_rule(rule, key, host)
    document = (site.get("ErrorDocument") or {}).get("Key")
    stored = reader.read(document) if document else None
    return error.as_page(**details) if stored is None else replace(found(stored), status=error.status)


def _rule(site: Site, key: str, status: int | None) -> Site | None:
    """Return the first routing rule for a key: for no error (None), one without an error code; else one with it."""
    for rule in site.get("RoutingRules") or []:
        condition = rule.get("Condition") or {}
        code = condition.get("HttpErrorCodeReturnedEquals")
        if key.startswith(condition.get("KeyPrefixEquals") or "") and code == (str(status) if status else None):
            return dict(rule)
    return None


def _by_rule(rule: Site, key: str, host: str) -> Response:
    redirect, prefix = rule["Redirect"], (rule.get("Condition") or {}).get("KeyPrefixEquals") or ""
    if "ReplaceKeyWith" in redirect:
        key = redirect["ReplaceKeyWith"]
    elif "ReplaceKeyPrefixWith" in redirect:
        key = redirect["ReplaceKeyPrefixWith"] + key.removeprefix(prefix)
    return _redirect(int(redirect.get("HttpRedirectCode") or 301), _elsewhere(redirect, host, key))


def _elsewhere(redirect: Site, host: str, key: str) -> str:
    return f"{redirect.get('Protocol') or 'http'}://{redirect.get('HostName') or host}/{quote(key)}"


def _redirect(status: int, location: str) -> Response:
    return Response(status, (("Location", location), ("Server", "AmazonS3")))
