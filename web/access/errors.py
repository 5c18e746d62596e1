"""Refusals of access."""

from invalidator.errors import FreshedgeError
from web.models import Role


class NotSignedInError(FreshedgeError):
    """Nobody is signed in, so nothing is shown or done."""


class NotAllowedError(FreshedgeError):
    """Who asks may not do this.

    role: theirs; needed: the one that it takes. Both None where no role is declared, and so none is enough.
    """

    def __init__(self, role: Role | None, needed: Role | None) -> None:
        self.role = role
        self.needed = needed
        super().__init__(
            f"This takes the role {needed}, and yours is {role}. Nothing was done; ask an admin for the role."
            if needed
            else "Nobody may do this: it declares no role. Tell whoever wrote it."
        )
