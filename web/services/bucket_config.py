"""Reads and writes a bucket's tags and notification configuration; each call is one of AWS's, or says so."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from invalidator.aws.clients import Clients
from invalidator.aws.refusals import explained
from invalidator.errors import AccessDeniedError, NotFoundError
from web.services.errors import DestinationRefusedError
from web.services.identity import Identity
from web.services.one_tag import OneTag


class BucketConfig:
    """Bucket configuration in AWS's own shapes. A missing bucket is a NotFoundError with its name."""

    def __init__(self, clients: Clients, identity: Identity) -> None:
        self._clients = clients
        self._one_tag = OneTag(clients, identity)

    def tags(self, bucket: str, region: str | None) -> dict[str, str]:
        """Return all tags, in AWS's order, those that AWS itself made (`aws:…`) included.

        Raises: NotFoundError, AccessDeniedError, ThrottledError, UnavailableError.
        """
        with _of(bucket, "s3:GetBucketTagging"):
            try:
                answer = self._clients.s3_in(region).get_bucket_tagging(Bucket=bucket)
            except ClientError as error:
                if error.response["Error"]["Code"] == "NoSuchTagSet":
                    return {}
                raise
        return {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}

    def notifications(self, bucket: str, region: str | None) -> dict[str, Any]:
        """Return the notification configuration; empty where there is none.

        Raises: NotFoundError, AccessDeniedError, ThrottledError, UnavailableError.
        """
        with _of(bucket, "s3:GetBucketNotification"):
            answer = self._clients.s3_in(region).get_bucket_notification_configuration(Bucket=bucket)
        # `EventBridgeConfiguration` is an empty map, and counts.
        return {name: value for name, value in answer.items() if name != "ResponseMetadata"}

    def put_notifications(
        self, bucket: str, region: str | None, configuration: Mapping[str, Any], *, validate: bool
    ) -> None:
        """Replace the whole notification configuration: AWS has no other way, and no condition.

        validate: whether S3 tries every destination, others' too (PutBucketNotificationConfiguration,
            `SkipDestinationValidation`).

        Raises: DestinationRefusedError, NotFoundError, AccessDeniedError, ThrottledError, UnavailableError.
        """
        with _of(bucket, "s3:PutBucketNotification"):
            try:
                self._clients.s3_in(region).put_bucket_notification_configuration(
                    Bucket=bucket,
                    NotificationConfiguration=configuration,  # type: ignore[arg-type] # as it was read
                    SkipDestinationValidation=not validate,
                )
            except ClientError as error:
                said = error.response["Error"]
                if said["Code"] == "InvalidArgument" and "destination" in said.get("Message", "").lower():
                    raise DestinationRefusedError(
                        f"S3 can't reach a destination: {said.get('Message', '')}."
                    ) from error
                raise

    def set_tag(self, bucket: str, region: str | None, key: str, value: str) -> None:
        """Set one tag: by the call that can harm no other, or by writing the whole set where that call is denied.

        Raises: NotFoundError, AccessDeniedError (of both ways), ThrottledError, UnavailableError.
        """
        try:
            with _of(bucket, "s3:TagResource"):
                self._one_tag.put(arn(bucket), region, key, value)
        except AccessDeniedError as denied:
            self._whole_set_instead(bucket, region, {key: value}, denied)

    def remove_tag(self, bucket: str, region: str | None, key: str) -> None:
        """Remove one tag, in the ways of `set_tag`; none of that name is no error.

        Raises: NotFoundError, AccessDeniedError (of both ways), ThrottledError, UnavailableError.
        """
        try:
            with _of(bucket, "s3:UntagResource"):
                self._one_tag.remove(arn(bucket), region, key)
        except AccessDeniedError as denied:
            self._whole_set_instead(bucket, region, {key: None}, denied)

    def _whole_set_instead(
        self, bucket: str, region: str | None, change: Mapping[str, str | None], denied: AccessDeniedError
    ) -> None:
        """Write the whole set, read just before; the permission to name is that of the call that was denied first."""
        try:
            after = {**self.tags(bucket, region), **change}
            self._put_tags(bucket, region, {key: value for key, value in after.items() if value is not None})
        except AccessDeniedError:
            raise denied from None

    def _put_tags(self, bucket: str, region: str | None, tags: Mapping[str, str]) -> None:
        client = self._clients.s3_in(region)
        with _of(bucket, "s3:PutBucketTagging"):
            if tags:
                tag_set = [{"Key": key, "Value": value} for key, value in tags.items()]
                client.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tag_set})  # type: ignore[typeddict-item]
            else:
                client.delete_bucket_tagging(Bucket=bucket)


def arn(bucket: str) -> str:
    """Return a bucket's ARN."""
    return f"arn:aws:s3:::{bucket}"


@contextmanager
def _of(bucket: str, action: str) -> Iterator[None]:
    missing = f"There is no bucket {bucket!r} in this account. Check the name."
    try:
        with explained(action, arn(bucket)):
            try:
                yield
            except ClientError as error:
                if error.response["Error"]["Code"] == "NoSuchResource":  # S3 Control's word for it
                    raise NotFoundError(missing) from error
                raise
    except NotFoundError as error:
        raise NotFoundError(missing) from error
