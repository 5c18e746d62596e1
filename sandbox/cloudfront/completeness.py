"""What an update of a distribution must say, though a creation need not.

Developer Guide, `distribution-overview-required-fields.html`. AWS's words are those of boto3 issue 1083.
"""

from collections.abc import Iterable

from sandbox.cloudfront.errors import IllegalUpdateError
from sandbox.cloudfront.shelf import Params

_TOP = (
    "Aliases",
    "DefaultRootObject",
    "CacheBehaviors",
    "CustomErrorResponses",
    "Logging",
    "PriceClass",
    "ViewerCertificate",
    "Restrictions",
    "WebACLId",
    "HttpVersion",
)
_BEHAVIOR = ("AllowedMethods", "SmoothStreaming", "Compress", "LambdaFunctionAssociations", "FieldLevelEncryptionId")
_ORIGIN = ("OriginPath", "CustomHeaders")
_CUSTOM_ORIGIN = ("OriginSslProtocols", "OriginReadTimeout", "OriginKeepaliveTimeout")


def check_complete(config: Params) -> None:
    """Raise `IllegalUpdate` that names the first thing missing from the configuration of an update."""
    _need(config, _TOP)
    for behavior in [config["DefaultCacheBehavior"], *config["CacheBehaviors"].get("Items", [])]:
        _need(behavior, _BEHAVIOR)
        _need(behavior["AllowedMethods"], ("CachedMethods",))
    for origin in config["Origins"]["Items"]:
        _need(origin, _ORIGIN)
        if "CustomOriginConfig" in origin:
            _need(origin["CustomOriginConfig"], _CUSTOM_ORIGIN)


def _need(given: Params, names: Iterable[str]) -> None:
    for name in names:
        if name not in given:
            raise IllegalUpdateError(f"{name} is required for updates.")
