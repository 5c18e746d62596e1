"""The distributions of the sample sites, each of another kind. Shapes are boto3's `DistributionConfig`."""

from typing import TYPE_CHECKING, Any

from sandbox.sites.site import Site

if TYPE_CHECKING:
    from mypy_boto3_cloudfront import CloudFrontClient

CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
"""The managed cache policy of that name: 24 h unless the object says otherwise, and no query strings in the key."""


def website_origin(site: Site, region: str) -> dict[str, Any]:
    """Return an origin that reads a bucket's website endpoint, which speaks HTTP only."""
    return {
        "Id": site.bucket,
        "DomainName": f"{site.bucket}.s3-website-{region}.amazonaws.com",
        "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"},
    }


def controlled_origin(site: Site, region: str, cloudfront: "CloudFrontClient") -> dict[str, Any]:
    """Return an origin with an origin access control, which is made for it."""
    made = cloudfront.create_origin_access_control(
        OriginAccessControlConfig={
            "Name": site.bucket,
            "SigningProtocol": "sigv4",
            "SigningBehavior": "always",
            "OriginAccessControlOriginType": "s3",
        }
    )
    return {
        "Id": site.bucket,
        "DomainName": _rest(site, region),
        "S3OriginConfig": {"OriginAccessIdentity": ""},
        "OriginAccessControlId": made["OriginAccessControl"]["Id"],
    }


def identity_origin(site: Site, region: str, cloudfront: "CloudFrontClient", path: str) -> tuple[dict[str, Any], str]:
    """Return an origin under a path with an origin access identity, and that identity's id."""
    made = cloudfront.create_cloud_front_origin_access_identity(
        CloudFrontOriginAccessIdentityConfig={"CallerReference": site.bucket, "Comment": site.title}
    )
    identity = made["CloudFrontOriginAccessIdentity"]["Id"]
    origin = {
        "Id": site.bucket,
        "DomainName": _rest(site, region),
        "OriginPath": path,
        "S3OriginConfig": {"OriginAccessIdentity": f"origin-access-identity/cloudfront/{identity}"},
    }
    return origin, identity


def configuration(site: Site, origin: dict[str, Any], *, root: str, account: str) -> dict[str, Any]:
    """Return the configuration of a site's distribution.

    root: its default root object, or nothing.
    """
    return {
        "CallerReference": site.bucket,
        "Comment": f"{site.title}: {site.kind}",
        "Enabled": True,
        "Aliases": {"Quantity": 1, "Items": [site.alias]},
        "DefaultRootObject": root,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": {
            "TargetOriginId": site.bucket,
            "ViewerProtocolPolicy": "allow-all",
            "CachePolicyId": CACHING_OPTIMIZED,
            "Compress": True,
        },
        # An alias needs a certificate for it; this one is a name alone.
        "ViewerCertificate": {
            "ACMCertificateArn": f"arn:aws:acm:us-east-1:{account}:certificate/00000000-0000-4000-8000-000000000000",
            "SSLSupportMethod": "sni-only",
            "MinimumProtocolVersion": "TLSv1.2_2021",
        },
    }


def _rest(site: Site, region: str) -> str:
    return f"{site.bucket}.s3.{region}.amazonaws.com"
