"""What CloudFront refuses: each refusal with AWS's code, HTTP status and words.

Codes and statuses: CloudFront API Reference, the errors of each operation (and botocore's service model).
Words: as AWS answers them, from public threads, where they are known; else the API Reference's own sentence.
"""

from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - AWS's word for its subclasses is the code; this is what they have in common
    """A request that CloudFront answers with an error document.

    code: AWS's error code: the class's name without "Error".
    status: the HTTP status.
    words: the message, unless the one who raises it knows better.
    fault: whose it is, as the error document says: "Sender" or "Receiver".
    """

    code: ClassVar[str]
    status: ClassVar[int] = 400
    words: ClassVar[str] = ""
    fault: ClassVar[str] = "Sender"

    def __init_subclass__(cls) -> None:
        cls.code = cls.__name__.removesuffix("Error")

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.words)


# The request itself


class MalformedXMLError(Refusal):
    """The body is no XML, or lacks or misspells what the operation needs."""

    words = "The XML document is malformed."


class MalformedInputError(Refusal):
    """The body is XML, but holds an element or a value that the operation does not know."""

    words = "Unexpected complex element termination"


class MissingBodyError(Refusal):
    """The operation needs a body and got none."""

    words = "This operation requires a body. Ensure that the body is present and the Content-Type header is set."


class UnknownOperationError(Refusal):
    """No operation of CloudFront has this method and address."""

    status = 404
    words = "CloudFront has no operation at this address."


class OperationNotImplementedError(Refusal):
    """An operation of CloudFront that this local one does not have. Ours."""

    status = 501


class InvalidArgumentError(Refusal):
    """A value that CloudFront does not accept."""

    words = "The argument is invalid."


class InconsistentQuantitiesError(Refusal):
    """`Quantity` and the number of `Items` differ."""

    words = "The value of Quantity and the size of Items do not match."


class ThrottlingError(Refusal):
    """More requests a second than the account may make."""

    words = "Rate exceeded"


class ServiceUnavailableError(Refusal):
    """CloudFront has a bad moment."""

    status = 503
    words = "CloudFront encountered an internal error. Please try again."
    fault = "Receiver"


class InternalFailureError(Refusal):
    """A fault of this local CloudFront itself."""

    status = 500
    words = "This local CloudFront failed; its log has the reason."
    fault = "Receiver"


class InvalidIfMatchVersionError(Refusal):
    """If-Match is missing, or is no ETag."""

    words = "The If-Match version is missing or not valid for the resource."


class PreconditionFailedError(Refusal):
    """If-Match is the ETag of another version."""

    status = 412
    words = "The request failed because it didn't meet the preconditions in one or more request-header fields."


# Distributions


class NoSuchDistributionError(Refusal):
    """No distribution has this id."""

    status = 404
    words = "The specified distribution does not exist."


class DistributionAlreadyExistsError(Refusal):
    """The caller reference made another distribution before."""

    status = 409
    words = "The caller reference that you are using to create a distribution is associated with another distribution."


class DistributionNotDisabledError(Refusal):
    """Only what is disabled, and deployed as disabled, can be deleted."""

    status = 409
    words = "The distribution you are trying to delete has not been disabled."


class ResourceInUseError(Refusal):
    """Something else still uses what is to be deleted."""

    status = 409
    words = "Cannot delete this resource because it is in use."


class ResourceNotDisabledError(Refusal):
    """A distribution tenant must be disabled before it is deleted."""

    status = 409
    words = "The specified CloudFront resource has not been disabled yet."


class IllegalUpdateError(Refusal):
    """An update that changes what cannot be changed."""

    words = "The update contains modifications that are not allowed."


class IllegalDeleteError(Refusal):
    """A managed policy cannot be deleted."""

    words = "You cannot delete a managed policy."


class CNAMEAlreadyExistsError(Refusal):
    """An alternate domain name belongs to another distribution."""

    status = 409
    words = "One or more of the CNAMEs you provided are already associated with a different resource."


class NoSuchOriginError(Refusal):
    """A behaviour or an origin group names an origin that is not there."""

    status = 404
    words = "One or more of your origins or origin groups do not exist."


class InvalidViewerCertificateError(Refusal):
    """Alternate domain names need a certificate of one's own."""

    words = (
        "To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach a trusted certificate "
        "that validates your authorization to use the domain name."
    )


class InvalidDefaultRootObjectError(Refusal):
    """The default root object is too long or has a character that is not allowed."""

    words = "The default root object file name is too big or contains an invalid character."


class InvalidErrorCodeError(Refusal):
    """A custom error response for a status that CloudFront has none for."""

    words = "An invalid error code was specified."


class InvalidResponseCodeError(Refusal):
    """A custom error response that answers with a status that is not allowed."""

    words = "A response code is not valid."


class InvalidRelativePathError(Refusal):
    """A page of a custom error response that does not begin with a slash."""

    words = "The relative path is too big, is not URL-encoded, or does not begin with a slash (/)."


class InvalidTTLOrderError(Refusal):
    """Minimum, default and maximum TTL out of order."""

    words = "The TTL order specified is not valid."


class TooManyOriginsError(Refusal):
    """More origins than a distribution may have."""

    words = "You cannot create more origins for the distribution."


class TooManyCacheBehaviorsError(Refusal):
    """More cache behaviours than a distribution may have."""

    words = "You cannot create more cache behaviors for the distribution."


class TooManyDistributionCNAMEsError(Refusal):
    """More alternate domain names than a distribution may have."""

    words = "Your request contains more CNAMEs than are allowed per distribution."


# Access to origins


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


# Policies


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


# Tags and tenants


class NoSuchResourceError(Refusal):
    """No resource has this ARN."""

    status = 404
    words = "A resource that was specified is not valid."


class InvalidTaggingError(Refusal):
    """Tags that AWS does not allow."""

    words = "The tagging specified is not valid."


class EntityNotFoundError(Refusal):
    """No distribution tenant has this id."""

    status = 404
    words = "The entity was not found."


class EntityAlreadyExistsError(Refusal):
    """Another distribution tenant has this name."""

    status = 409
    words = "The entity already exists."


# Invalidations


class NoSuchInvalidationError(Refusal):
    """No invalidation of this distribution has this id."""

    status = 404
    words = "The specified invalidation does not exist."


class BatchTooLargeError(Refusal):
    """More paths in one batch than may be in progress at all."""

    status = 413
    words = "Your request contains too many paths for one invalidation batch."


class TooManyInvalidationsInProgressError(Refusal):
    """With this batch more files or wildcards would be in progress than allowed."""

    words = "Processing your request will cause you to exceed the maximum number of in-progress invalidations."


class InvalidationBatchAlreadyExistsError(Refusal):
    """The caller reference made an invalidation of other paths before. Not in botocore's model, so a bare ClientError.

    API Reference, `InvalidationBatch`; the status is that of the other `…AlreadyExists` errors.
    """

    status = 409
    words = "Your caller reference is associated with another invalidation batch."
