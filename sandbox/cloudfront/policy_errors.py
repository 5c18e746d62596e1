"""What CloudFront refuses of policies, and of what else a behaviour refers to; `refusal` tells what a refusal is."""

from sandbox.cloudfront.refusal import Refusal


class NoSuchCachePolicyError(Refusal):
    """No cache policy has this id."""

    status = 404
    words = "The specified cache policy does not exist."


class CachePolicyAlreadyExistsError(Refusal):
    """Another cache policy has this name."""

    status = 409
    words = "A cache policy with this name already exists."


class CachePolicyInUseError(Refusal):
    """A cache behaviour uses the cache policy."""

    status = 409
    words = "Cannot delete the cache policy because it is attached to one or more cache behaviors."


class NoSuchOriginRequestPolicyError(Refusal):
    """No origin request policy has this id."""

    status = 404
    words = "The specified origin request policy does not exist."


class OriginRequestPolicyAlreadyExistsError(Refusal):
    """Another origin request policy has this name."""

    status = 409
    words = "An origin request policy with this name already exists."


class OriginRequestPolicyInUseError(Refusal):
    """A cache behaviour uses the origin request policy."""

    status = 409
    words = "Cannot delete the origin request policy because it is attached to one or more cache behaviors."


class NoSuchResponseHeadersPolicyError(Refusal):
    """No response headers policy has this id."""

    status = 404
    words = "The specified response headers policy does not exist."


class ResponseHeadersPolicyAlreadyExistsError(Refusal):
    """Another response headers policy has this name."""

    status = 409
    words = "A response headers policy with this name already exists."


class ResponseHeadersPolicyInUseError(Refusal):
    """A cache behaviour uses the response headers policy."""

    status = 409
    words = "Cannot delete the response headers policy because it is attached to one or more cache behaviors."


# What a configuration may refer to, and this local CloudFront has none of


class InvalidFunctionAssociationError(Refusal):
    """A behaviour names a CloudFront function."""

    words = "A CloudFront function association is invalid. This local CloudFront runs no functions, so it has none."


class InvalidLambdaFunctionAssociationError(Refusal):
    """A behaviour names a Lambda@Edge function."""

    words = (
        "The specified Lambda@Edge function association is invalid. This local CloudFront runs no functions, so it "
        "has none."
    )


class TrustedKeyGroupDoesNotExistError(Refusal):
    """A behaviour names a key group."""

    words = "The specified key group does not exist."


class NoSuchFieldLevelEncryptionConfigError(Refusal):
    """A behaviour names a configuration for field-level encryption."""

    status = 404
    words = "The specified configuration for field-level encryption doesn't exist."


class NoSuchRealtimeLogConfigError(Refusal):
    """A behaviour names a configuration of real-time logs."""

    status = 404
    words = "The real-time log configuration does not exist."


class NoSuchContinuousDeploymentPolicyError(Refusal):
    """A distribution names a continuous deployment policy."""

    status = 404
    words = "The specified continuous deployment policy doesn't exist."
