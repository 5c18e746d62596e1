"""Which AWS account we are in, asked once."""

import threading

from invalidator.aws.clients import Clients
from invalidator.aws.refusals import explained


class Identity:
    """The account's number, from STS on first use (GetCallerIdentity needs no permission)."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._account: str | None = None
        self._lock = threading.Lock()

    @property
    def account(self) -> str:
        """The account's twelve digits.

        Raises: ThrottledError, UnavailableError; FreshedgeError without credentials.
        """
        with self._lock:
            if self._account is None:
                with explained("sts:GetCallerIdentity", "*"):
                    self._account = self._clients.sts.get_caller_identity()["Account"]
            return self._account
