"""Make the sample sites: buckets, objects, distributions, and of three links one right, one faulty, one not at all."""

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.sites.app import APP
from sandbox.sites.blog import BLOG, MISSING
from sandbox.sites.catalog import SITES
from sandbox.sites.distributions import configuration, controlled_origin, identity_origin, website_origin
from sandbox.sites.docs import DOCS, ROOT
from sandbox.sites.site import File, Moment, Site

if TYPE_CHECKING:
    from mypy_boto3_cloudfront import CloudFrontClient
    from mypy_boto3_s3 import S3Client

TAG = "distributionId"


class SiteMaker:
    """Makes the sites through the same calls that anybody's account would get.

    link: links a bucket and a distribution as people do, through the dashboard's services.
    target_arn: the queue that links notify.
    """

    def __init__(
        self,
        *,
        s3: "S3Client",
        cloudfront: "CloudFrontClient",
        link: Callable[[str, str], object],
        target_arn: str,
        account: str,
        region: str,
    ) -> None:
        self._s3, self._cloudfront, self._link = s3, cloudfront, link
        self._target_arn, self._account, self._region = target_arn, account, region

    def make(self, now: datetime) -> dict[str, str]:
        """Make all sites as published now, and return the ids of their distributions by the sites' names."""
        for site in SITES:
            self._s3.create_bucket(Bucket=site.bucket)
        with ThreadPoolExecutor(4) as pool:
            files = [(s, key, f) for s in SITES for key, f in s.first(Moment((), s.headline, now)).items()]
            list(pool.map(lambda one: put(self._s3, *one), files))
        ids = {BLOG.name: self._blog(), APP.name: self._app(), DOCS.name: self._docs()}
        self._link(BLOG.bucket, ids[BLOG.name])
        self._link_without_deletes(APP, ids[APP.name])
        return ids

    def _blog(self) -> str:
        self._s3.put_bucket_website(
            Bucket=BLOG.bucket,
            WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": MISSING}},
        )
        self._allow(BLOG, "*", {})
        return self._distribute(BLOG, website_origin(BLOG, self._region), root="")

    def _app(self) -> str:
        origin = controlled_origin(APP, self._region, self._cloudfront)
        distribution_id = self._distribute(APP, origin, root="index.html")
        arn = f"arn:aws:cloudfront::{self._account}:distribution/{distribution_id}"
        self._allow(APP, {"Service": "cloudfront.amazonaws.com"}, {"StringEquals": {"AWS:SourceArn": arn}})
        return distribution_id

    def _docs(self) -> str:
        origin, identity = identity_origin(DOCS, self._region, self._cloudfront, f"/{ROOT}")
        name = f"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity {identity}"
        self._allow(DOCS, {"AWS": name}, {})
        return self._distribute(DOCS, origin, root="index.html")

    def _allow(self, site: Site, principal: object, condition: Mapping[str, Any]) -> None:
        statement = {
            "Effect": "Allow",
            "Principal": principal,
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{site.bucket}/*",
        } | ({"Condition": condition} if condition else {})
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        self._s3.put_bucket_policy(Bucket=site.bucket, Policy=json.dumps(policy))

    def _distribute(self, site: Site, origin: dict[str, Any], *, root: str) -> str:
        config = configuration(site, origin, root=root, account=self._account)
        made = self._cloudfront.create_distribution(DistributionConfig=config)  # type: ignore[arg-type]
        return made["Distribution"]["Id"]

    def _link_without_deletes(self, site: Site, distribution_id: str) -> None:
        """Link by hand, and forget the deletes: a mistake that people make, and that the dashboard should find."""
        self._s3.put_bucket_tagging(
            Bucket=site.bucket,
            Tagging={"TagSet": [{"Key": TAG, "Value": distribution_id}, {"Key": "team", "Value": "web"}]},
        )
        self._s3.put_bucket_notification_configuration(
            Bucket=site.bucket,
            NotificationConfiguration={
                "QueueConfigurations": [
                    {"Id": "invalidate", "QueueArn": self._target_arn, "Events": ["s3:ObjectCreated:*"]}
                ]
            },
        )


def put(s3: "S3Client", site: Site, key: str, file: File) -> None:
    """Upload one file of a site."""
    more = {"CacheControl": file.cache_control} if file.cache_control else {}
    s3.put_object(Bucket=site.bucket, Key=key, Body=file.body, ContentType=file.content_type, **more)  # type: ignore[arg-type]
