"""Everything that can go wrong and has a name, one line of meaning each.

Every message is one or two sentences: what happened, and what to do about it. Adapters in `invalidator/aws/` raise
these in place of botocore's `ClientError`, so that the steps never look at AWS codes.
"""

from collections.abc import Sequence


class FreshedgeError(Exception):
    """Base of all errors of ours; its text is fit to be shown to a person."""


class BadInputError(FreshedgeError):
    """Somebody gave us something that we can't use; the text says what is wrong and how to mend it."""


class UnknownEventError(BadInputError):
    """A payload that is none of the shapes we understand."""


class NotFoundError(FreshedgeError):
    """A bucket, distribution or record that does not exist (or not for us)."""


class AccessDeniedError(FreshedgeError):
    """AWS denied a call.

    action: the IAM action that is missing, such as `s3:GetBucketTagging`.
    resource: the ARN that it is missing for.
    """

    def __init__(self, action: str, resource: str) -> None:
        super().__init__(f"AWS denied {action} on {resource}. Add the statement that allows it to the role.")
        self.action = action
        self.resource = resource

    @property
    def statement(self) -> dict[str, object]:
        """The IAM statement to add."""
        return {"Effect": "Allow", "Action": self.action, "Resource": self.resource}


class TryLaterError(FreshedgeError):
    """Nothing is wrong with the request; AWS wants it later.

    retry_after: seconds to wait before the next try, as a hint.
    """

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ThrottledError(TryLaterError):
    """Too many requests a second for this account."""


class TooManyInProgressError(TryLaterError):
    """CloudFront's quota of files or wildcards in progress is used up (`TooManyInvalidationsInProgress`)."""


class UnavailableError(TryLaterError):
    """A 5xx, a time-out or a broken connection: the request may or may not have been carried out."""


class BatchTooLargeError(FreshedgeError):
    """CloudFront refused the batch for its size (`BatchTooLarge`)."""


class InvalidPathError(FreshedgeError):
    """CloudFront refused at least one path of the batch (`InvalidArgument`)."""


class ReferenceReusedError(FreshedgeError):
    """A caller reference was used before with other paths (`InvalidationBatchAlreadyExists`)."""


class LeaseLostError(FreshedgeError):
    """Another worker has the distribution's lease now; whatever was not committed is the other's to do."""


class LifeChangedError(FreshedgeError):
    """The life of a link is another than that in which something was judged; it is judged anew in the new one."""


class IdempotencyConflictError(FreshedgeError):
    """An `Idempotency-Key` was used before for this distribution, with other paths."""


class ConditionFailedError(FreshedgeError):
    """The table is not as a write expected it: somebody was faster. Callers catch it; nobody should see it.

    indexes: which actions of the transaction were refused, counted from 0.
    """

    def __init__(self, indexes: Sequence[int]) -> None:
        super().__init__(f"The table changed in between (actions {', '.join(map(str, indexes))}). Try again.")
        self.indexes = tuple(indexes)
