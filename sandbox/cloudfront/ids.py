"""Names as CloudFront gives them."""

import random
import string
import uuid

_UPPER = string.digits + string.ascii_uppercase
_LOWER = string.digits + string.ascii_lowercase


class Ids:
    """Makes ids, ETags and host labels from a source of randomness."""

    def __init__(self, source: random.Random) -> None:
        self._source = source

    def _word(self, alphabet: str, length: int) -> str:
        return "".join(self._source.choices(alphabet, k=length))

    def resource(self) -> str:
        """Return an id of a distribution or an origin access, like `E2QWRUHAPOMQZL`."""
        return "E" + self._word(_UPPER, 13)

    def etag(self) -> str:
        """Return an ETag, like `E26F7H715C0SRE`."""
        return "E" + self._word(_UPPER, 13)

    def invalidation(self) -> str:
        """Return an id of an invalidation, like `I2J0I21PCUYOIK`."""
        return "I" + self._word(_UPPER, 13)

    def tenant(self) -> str:
        """Return an id of a distribution tenant, like `dt_2wjDZi3hD1ivOXf6rpZJO1AB`."""
        return "dt_" + self._word(string.digits + string.ascii_letters, 24)

    def domain(self) -> str:
        """Return a distribution's domain name, like `d1bvsj5wt7xfdx.cloudfront.net`."""
        return f"d{self._word(_LOWER, 13)}.cloudfront.net"

    def policy(self) -> str:
        """Return an id of a policy: a UUID."""
        return str(uuid.UUID(int=self._source.getrandbits(128), version=4))
