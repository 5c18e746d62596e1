"""Bucket names that S3 accepts (User Guide, "General purpose bucket naming rules")."""

import re

from sandbox.aws.errors import AwsError

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


def check_bucket_name(name: str) -> None:
    """Raise `InvalidBucketName` for a name that no bucket may have."""
    reserved = name.startswith(_PREFIXES[:2]) or name.endswith(_SUFFIXES)
    if not _NAME.fullmatch(name) or ".." in name or _ADDRESS.fullmatch(name) or reserved:
        raise AwsError("InvalidBucketName", "The specified bucket is not valid.", fields={"BucketName": name})
