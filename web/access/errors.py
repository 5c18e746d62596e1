"""Refusals of access."""

from invalidator.errors import FreshedgeError


class NotSignedInError(FreshedgeError):
    """Nobody is signed in, so nothing is shown or done."""
