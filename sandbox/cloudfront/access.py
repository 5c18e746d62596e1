"""How CloudFront proves itself to a bucket: origin access controls (OAC), and the older identities (OAI)."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

from sandbox.cloudfront.access_errors import (
    CloudFrontOriginAccessIdentityAlreadyExistsError,
    CloudFrontOriginAccessIdentityInUseError,
    NoSuchCloudFrontOriginAccessIdentityError,
    NoSuchOriginAccessControlError,
    OriginAccessControlAlreadyExistsError,
    OriginAccessControlInUseError,
)
from sandbox.cloudfront.errors import IllegalUpdateError
from sandbox.cloudfront.ids import Ids
from sandbox.cloudfront.paging import listing
from sandbox.cloudfront.rooms import Handlers
from sandbox.cloudfront.shelf import Entry, Params, Shelf


class AccessControls:
    """The account's origin access controls. Its owner holds the lock.

    in_use: tells whether an origin of a distribution has a control.
    """

    def __init__(self, clock: Callable[[], float], ids: Ids, in_use: Callable[[str], bool]) -> None:
        self._clock, self._ids, self._in_use = clock, ids, in_use
        self.shelf: Shelf[Entry] = Shelf(NoSuchOriginAccessControlError)

    def handlers(self) -> Handlers:
        """Return the operations that this room answers."""
        return {
            "CreateOriginAccessControl": self.create,
            "GetOriginAccessControl": lambda p: self._shown(self.shelf.get(p["Id"])),
            "GetOriginAccessControlConfig": self.config,
            "ListOriginAccessControls": self.page,
            "UpdateOriginAccessControl": self.update,
            "DeleteOriginAccessControl": self.delete,
        }

    def create(self, params: Params) -> Params:
        """CreateOriginAccessControl: the name must be free."""
        config = self._checked(params["OriginAccessControlConfig"], own_id=None)
        entry = Entry(self._ids.resource(), config, self._ids.etag(), self._clock())
        self.shelf.put(entry)
        return {**self._shown(entry), "Location": f"origin-access-control/{entry.id}"}

    def config(self, params: Params) -> Params:
        """GetOriginAccessControlConfig."""
        entry = self.shelf.get(params["Id"])
        return {"OriginAccessControlConfig": entry.config, "ETag": entry.etag}

    def update(self, params: Params) -> Params:
        """UpdateOriginAccessControl: the whole configuration, under If-Match."""
        old = self.shelf.match(params["Id"], params.get("IfMatch"))
        config = self._checked(params["OriginAccessControlConfig"], own_id=old.id)
        entry = replace(old, config=config, etag=self._ids.etag(), modified_at=self._clock())
        self.shelf.put(entry)
        return self._shown(entry)

    def delete(self, params: Params) -> Params:
        """DeleteOriginAccessControl: only while no distribution uses it."""
        entry = self.shelf.match(params["Id"], params.get("IfMatch"))
        if self._in_use(entry.id):
            raise OriginAccessControlInUseError
        self.shelf.remove(entry.id)
        return {}

    def page(self, params: Params) -> Params:
        """ListOriginAccessControls."""
        page = listing(list(self.shelf), params, lambda e: e.id, lambda e: {"Id": e.id, **e.config})
        return {"OriginAccessControlList": page}

    def _checked(self, given: Params, own_id: str | None) -> Params:
        config = {"Description": "", **given}
        if any(e.config["Name"] == config["Name"] and e.id != own_id for e in self.shelf):
            raise OriginAccessControlAlreadyExistsError
        return config

    @staticmethod
    def _shown(entry: Entry) -> Params:
        return {
            "OriginAccessControl": {"Id": entry.id, "OriginAccessControlConfig": entry.config},
            "ETag": entry.etag,
        }


class AccessIdentities:
    """The account's origin access identities. Its owner holds the lock."""

    def __init__(self, clock: Callable[[], float], ids: Ids, in_use: Callable[[str], bool]) -> None:
        self._clock, self._ids, self._in_use = clock, ids, in_use
        self.shelf: Shelf[Entry] = Shelf(NoSuchCloudFrontOriginAccessIdentityError)

    def handlers(self) -> Handlers:
        """Return the operations that this room answers."""
        return {
            "CreateCloudFrontOriginAccessIdentity": self.create,
            "GetCloudFrontOriginAccessIdentity": lambda p: self._shown(self.shelf.get(p["Id"])),
            "GetCloudFrontOriginAccessIdentityConfig": self.config,
            "ListCloudFrontOriginAccessIdentities": self.page,
            "UpdateCloudFrontOriginAccessIdentity": self.update,
            "DeleteCloudFrontOriginAccessIdentity": self.delete,
        }

    def create(self, params: Params) -> Params:
        """CreateCloudFrontOriginAccessIdentity: the same reference and content again is the same identity."""
        config = params["CloudFrontOriginAccessIdentityConfig"]
        entry = next((e for e in self.shelf if e.config["CallerReference"] == config["CallerReference"]), None)
        if entry is None:
            entry = Entry(self._ids.resource(), config, self._ids.etag(), self._clock())
            self.shelf.put(entry)
        elif entry.config != config:
            raise CloudFrontOriginAccessIdentityAlreadyExistsError
        return {**self._shown(entry), "Location": f"origin-access-identity/cloudfront/{entry.id}"}

    def config(self, params: Params) -> Params:
        """GetCloudFrontOriginAccessIdentityConfig."""
        entry = self.shelf.get(params["Id"])
        return {"CloudFrontOriginAccessIdentityConfig": entry.config, "ETag": entry.etag}

    def update(self, params: Params) -> Params:
        """UpdateCloudFrontOriginAccessIdentity: the comment, under If-Match."""
        old = self.shelf.match(params["Id"], params.get("IfMatch"))
        config = params["CloudFrontOriginAccessIdentityConfig"]
        if config["CallerReference"] != old.config["CallerReference"]:
            raise IllegalUpdateError
        entry = replace(old, config=config, etag=self._ids.etag(), modified_at=self._clock())
        self.shelf.put(entry)
        return self._shown(entry)

    def delete(self, params: Params) -> Params:
        """DeleteCloudFrontOriginAccessIdentity: only while no distribution uses it."""
        entry = self.shelf.match(params["Id"], params.get("IfMatch"))
        if self._in_use(entry.id):
            raise CloudFrontOriginAccessIdentityInUseError
        self.shelf.remove(entry.id)
        return {}

    def page(self, params: Params) -> Params:
        """ListCloudFrontOriginAccessIdentities."""
        page = listing(
            list(self.shelf),
            params,
            lambda e: e.id,
            lambda e: {"Id": e.id, "S3CanonicalUserId": canonical_user(e.id), "Comment": e.config["Comment"]},
        )
        return {"CloudFrontOriginAccessIdentityList": page}

    @staticmethod
    def _shown(entry: Entry) -> Params:
        identity = {
            "Id": entry.id,
            "S3CanonicalUserId": canonical_user(entry.id),
            "CloudFrontOriginAccessIdentityConfig": entry.config,
        }
        return {"CloudFrontOriginAccessIdentity": identity, "ETag": entry.etag}


def canonical_user(identity_id: str) -> str:
    """Return the canonical user by which S3 knows an identity: 96 hexadecimal digits, always the same."""
    return hashlib.sha384(identity_id.encode()).hexdigest()
