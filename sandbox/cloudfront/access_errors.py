"""What CloudFront refuses of origin access controls and identities; `refusal` tells what a refusal is."""

from sandbox.cloudfront.refusal import Refusal


class NoSuchOriginAccessControlError(Refusal):
    """No origin access control has this id."""

    status = 404
    words = "The specified origin access control does not exist."


class InvalidOriginAccessControlError(Refusal):
    """A distribution names an origin access control that is not there."""

    words = "The origin access control is not valid."


class OriginAccessControlAlreadyExistsError(Refusal):
    """Another origin access control has this name."""

    status = 409
    words = "An origin access control with the same name already exists."


class OriginAccessControlInUseError(Refusal):
    """A distribution uses the origin access control."""

    status = 409
    words = "Cannot delete the origin access control because it's in use by one or more distributions."


class InvalidDomainNameForOriginAccessControlError(Refusal):
    """An origin access control on an origin of another kind."""

    words = "An origin access control is associated with an origin whose domain name is not supported."


class IllegalOriginAccessConfigurationError(Refusal):
    """An origin has both kinds of access."""

    words = "An origin cannot contain both an origin access control (OAC) and an origin access identity (OAI)."


class NoSuchCloudFrontOriginAccessIdentityError(Refusal):
    """No origin access identity has this id."""

    status = 404
    words = "The specified origin access identity does not exist."


class InvalidOriginAccessIdentityError(Refusal):
    """A distribution names an origin access identity that is not there."""

    words = "The specified origin access identity does not exist or is not valid."


class CloudFrontOriginAccessIdentityAlreadyExistsError(Refusal):
    """The caller reference made another origin access identity before."""

    status = 409
    words = (
        "The caller reference that you are using to create a CloudFront origin access identity is associated with "
        "another CloudFront origin access identity."
    )


class CloudFrontOriginAccessIdentityInUseError(Refusal):
    """A distribution uses the origin access identity."""

    status = 409
    words = "The CloudFront origin access identity is still being used."
