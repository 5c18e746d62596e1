"""Cache policies: the managed ones that every account has, and the account's own."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from sandbox.cloudfront import defaults
from sandbox.cloudfront.errors import (
    CachePolicyAlreadyExistsError,
    CachePolicyInUseError,
    IllegalDeleteError,
    IllegalUpdateError,
    InvalidArgumentError,
    InvalidTTLOrderError,
    NoSuchCachePolicyError,
)
from sandbox.cloudfront.ids import Ids
from sandbox.cloudfront.managed import managed_policies
from sandbox.cloudfront.paging import listing
from sandbox.cloudfront.rooms import Handlers
from sandbox.cloudfront.shelf import Entry, Params, Shelf
from sandbox.cloudfront.validation import validate_ttls


class CachePolicies:
    """The account's cache policies. Its owner holds the lock.

    in_use: tells whether a behaviour of a distribution has a policy.
    """

    def __init__(self, clock: Callable[[], float], ids: Ids, in_use: Callable[[str], bool]) -> None:
        self._clock, self._ids, self._in_use = clock, ids, in_use
        self._managed = {entry.id: entry for entry in managed_policies()}
        self.shelf: Shelf[Entry] = Shelf(NoSuchCachePolicyError)

    def __contains__(self, policy_id: object) -> bool:
        return policy_id in self._managed or policy_id in self.shelf

    def handlers(self) -> Handlers:
        """Return the operations that this room answers."""
        return {
            "CreateCachePolicy": self.create,
            "GetCachePolicy": lambda p: self._with_etag(self.get(p["Id"])),
            "GetCachePolicyConfig": lambda p: {
                "CachePolicyConfig": self.get(p["Id"]).config,
                "ETag": self.get(p["Id"]).etag,
            },
            "ListCachePolicies": self.page,
            "UpdateCachePolicy": self.update,
            "DeleteCachePolicy": self.delete,
        }

    def get(self, policy_id: str) -> Entry:
        """Return a policy, managed or own; raise `NoSuchCachePolicy`."""
        return self._managed.get(policy_id) or self.shelf.get(policy_id)

    def create(self, params: Params) -> Params:
        """CreateCachePolicy: a name of its own, TTLs in order."""
        config = self._checked(params["CachePolicyConfig"], own_id=None)
        entry = Entry(self._ids.policy(), config, self._ids.etag(), self._clock())
        self.shelf.put(entry)
        return {**self._with_etag(entry), "Location": f"cache-policy/{entry.id}"}

    def update(self, params: Params) -> Params:
        """UpdateCachePolicy: the whole configuration, under If-Match."""
        if params["Id"] in self._managed:
            raise IllegalUpdateError("You cannot update a managed policy.")
        old = self.shelf.match(params["Id"], params.get("IfMatch"))
        config = self._checked(params["CachePolicyConfig"], own_id=old.id)
        entry = replace(old, config=config, etag=self._ids.etag(), modified_at=self._clock())
        self.shelf.put(entry)
        return self._with_etag(entry)

    def delete(self, params: Params) -> Params:
        """DeleteCachePolicy: only one's own, only unused."""
        if params["Id"] in self._managed:
            raise IllegalDeleteError
        entry = self.shelf.match(params["Id"], params.get("IfMatch"))
        if self._in_use(entry.id):
            raise CachePolicyInUseError
        self.shelf.remove(entry.id)
        return {}

    def page(self, params: Params) -> Params:
        """ListCachePolicies: all, or of one type."""
        wanted = [entry for entry in self._all() if params.get("Type", self._type(entry)) == self._type(entry)]
        page = listing(
            wanted,
            params,
            lambda entry: entry.id,
            lambda entry: {"Type": self._type(entry), "CachePolicy": _shown(entry)},
        )
        return {"CachePolicyList": {name: page[name] for name in page.keys() - {"Marker", "IsTruncated"}}}

    def _all(self) -> Iterator[Entry]:
        yield from self._managed.values()
        yield from self.shelf

    def _type(self, entry: Entry) -> str:
        return "managed" if entry.id in self._managed else "custom"

    def _checked(self, given: Params, own_id: str | None) -> Params:
        config = defaults.fill_cache_policy(given)
        try:
            validate_ttls(config)
        except InvalidTTLOrderError as e:  # not among the errors of the policy operations
            raise InvalidArgumentError(str(e)) from None
        if any(e.config["Name"] == config["Name"] and e.id != own_id for e in self._all()):
            raise CachePolicyAlreadyExistsError
        return config

    @staticmethod
    def _with_etag(entry: Entry) -> Params:
        return {"CachePolicy": _shown(entry), "ETag": entry.etag}


def _shown(entry: Entry) -> Params:
    return {"Id": entry.id, "LastModifiedTime": entry.modified_at, "CachePolicyConfig": entry.config}
