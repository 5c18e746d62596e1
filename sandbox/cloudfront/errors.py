"""What CloudFront refuses of distributions, tenants, tags and invalidations; `refusal` tells what a refusal is."""

from sandbox.cloudfront.refusal import Refusal

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
