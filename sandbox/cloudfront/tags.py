"""Tags of distributions and distribution tenants (API Reference, `TagResource`)."""

import re
from collections.abc import Callable

from sandbox.cloudfront import limits
from sandbox.cloudfront.errors import InvalidTaggingError, NoSuchResourceError
from sandbox.cloudfront.rooms import Handlers
from sandbox.cloudfront.shelf import Params

_ALLOWED = re.compile(r"[\w\s.:/=+\-@]*")
"""Letters of any script, digits, space and `_ . : / = + - @` (API Reference, `Tag`)."""

_KEY_CHARACTERS, _VALUE_CHARACTERS = 128, 256


class Tags:
    """Tags by ARN. Its owner holds the lock.

    exists: tells whether there is a resource with an ARN.
    """

    def __init__(self, exists: Callable[[str], bool]) -> None:
        self._exists = exists
        self._by_arn: dict[str, dict[str, str]] = {}

    def handlers(self) -> Handlers:
        """Return the operations that this room answers."""
        return {"TagResource": self.tag, "UntagResource": self.untag, "ListTagsForResource": self.page}

    def tag(self, params: Params) -> Params:
        """TagResource: adds tags, or gives them other values."""
        arn, tags = self._existing(params), params["Tags"].get("Items", [])
        self.check(tags)
        if len(self._by_arn.get(arn, {}).keys() | {tag["Key"] for tag in tags}) > limits.TAGS:
            raise InvalidTaggingError(f"A resource can have {limits.TAGS} tags at most.")
        self.put(arn, tags)
        return {}

    def untag(self, params: Params) -> Params:
        """UntagResource: takes tags away; those that are not there are no error."""
        tags = self._by_arn.get(self._existing(params), {})
        for key in params["TagKeys"].get("Items", []):
            tags.pop(key, None)
        return {}

    def page(self, params: Params) -> Params:
        """ListTagsForResource: all at once."""
        return {"Tags": self.of(self._existing(params))}

    def of(self, arn: str) -> Params:
        """Return a resource's tags in boto3's shape."""
        return {"Items": [{"Key": key, "Value": value} for key, value in self._by_arn.get(arn, {}).items()]}

    def check(self, tags: list[Params]) -> None:
        """Raise `InvalidTagging` for tags that AWS does not allow."""
        keys = [tag["Key"] for tag in tags]
        if len(set(keys)) != len(keys) or len(keys) > limits.TAGS:
            raise InvalidTaggingError
        for tag in tags:
            key, value = tag["Key"], tag.get("Value", "")
            wrong = key.lower().startswith("aws:") or not (_ALLOWED.fullmatch(key) and _ALLOWED.fullmatch(value))
            if wrong or not 1 <= len(key) <= _KEY_CHARACTERS or len(value) > _VALUE_CHARACTERS:
                raise InvalidTaggingError

    def put(self, arn: str, tags: list[Params]) -> None:
        """Add tags that were checked."""
        self._by_arn.setdefault(arn, {}).update({tag["Key"]: tag.get("Value", "") for tag in tags})

    def forget(self, arn: str) -> None:
        """Drop the tags of a deleted resource."""
        self._by_arn.pop(arn, None)

    def dump(self) -> dict[str, dict[str, str]]:
        """Return everything as plain values."""
        return {arn: dict(tags) for arn, tags in self._by_arn.items()}

    def load(self, saved: dict[str, dict[str, str]]) -> None:
        """Replace everything by what `dump` returned."""
        self._by_arn = {arn: dict(tags) for arn, tags in saved.items()}

    def _existing(self, params: Params) -> str:
        arn: str = params["Resource"]
        if not self._exists(arn):
            raise NoSuchResourceError
        return arn
