"""Policies that behaviours refer to: the managed ones that every account has, and the account's own.

There are three kinds, with the same operations each: cache, origin request and response headers policies.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from sandbox.cloudfront import defaults, managed, managed_headers
from sandbox.cloudfront.errors import IllegalDeleteError, IllegalUpdateError, InvalidTTLOrderError
from sandbox.cloudfront.ids import Ids
from sandbox.cloudfront.paging import listing
from sandbox.cloudfront.policy_errors import (
    CachePolicyAlreadyExistsError,
    CachePolicyInUseError,
    NoSuchCachePolicyError,
    NoSuchOriginRequestPolicyError,
    NoSuchResponseHeadersPolicyError,
    OriginRequestPolicyAlreadyExistsError,
    OriginRequestPolicyInUseError,
    ResponseHeadersPolicyAlreadyExistsError,
    ResponseHeadersPolicyInUseError,
)
from sandbox.cloudfront.refusal import InvalidArgumentError, Refusal
from sandbox.cloudfront.rooms import Handlers
from sandbox.cloudfront.shelf import Entry, Params, Shelf
from sandbox.cloudfront.validation import validate_ttls


@dataclass(frozen=True, slots=True)
class Kind:
    """What tells one kind of policy from another.

    name, plural, location: AWS's word for one and for several, and the address of one.
    managed: those that every account has.
    checked: fills a configuration in, and refuses a wrong one.
    missing, exists, in_use: what is raised for an unknown id, a taken name, and the deletion of a used one.
    """

    name: str
    plural: str
    location: str
    managed: Sequence[Entry]
    checked: Callable[[Params], Params]
    missing: type[Refusal]
    exists: type[Refusal]
    in_use: type[Refusal]


class Policies:
    """The account's policies of one kind. Its owner holds the lock.

    in_use: tells whether a behaviour of a distribution has a policy.
    """

    def __init__(self, kind: Kind, clock: Callable[[], float], ids: Ids, in_use: Callable[[str], bool]) -> None:
        self._kind, self._clock, self._ids, self._in_use = kind, clock, ids, in_use
        self._managed = {entry.id: entry for entry in kind.managed}
        self._config = f"{kind.name}Config"
        self.shelf: Shelf[Entry] = Shelf(kind.missing)

    def __contains__(self, policy_id: object) -> bool:
        return policy_id in self._managed or policy_id in self.shelf

    def handlers(self) -> Handlers:
        """Return the operations that this room answers."""
        name = self._kind.name
        return {
            f"Create{name}": self.create,
            f"Get{name}": lambda p: self._with_etag(self.get(p["Id"])),
            f"Get{name}Config": self.config,
            f"List{self._kind.plural}": self.page,
            f"Update{name}": self.update,
            f"Delete{name}": self.delete,
        }

    def get(self, policy_id: str) -> Entry:
        """Return a policy, managed or own; raise the kind's refusal for an unknown one."""
        return self._managed.get(policy_id) or self.shelf.get(policy_id)

    def config(self, params: Params) -> Params:
        """Return a policy's configuration alone."""
        entry = self.get(params["Id"])
        return {self._config: entry.config, "ETag": entry.etag}

    def create(self, params: Params) -> Params:
        """Make a policy; its name must be free."""
        config = self._checked(params[self._config], own_id=None)
        entry = Entry(self._ids.policy(), config, self._ids.etag(), self._clock())
        self.shelf.put(entry)
        return {**self._with_etag(entry), "Location": f"{self._kind.location}/{entry.id}"}

    def update(self, params: Params) -> Params:
        """Change a policy: the whole configuration, under If-Match."""
        if params["Id"] in self._managed:
            raise IllegalUpdateError("You cannot update a managed policy.")
        old = self.shelf.match(params["Id"], params.get("IfMatch"))
        config = self._checked(params[self._config], own_id=old.id)
        entry = replace(old, config=config, etag=self._ids.etag(), modified_at=self._clock())
        self.shelf.put(entry)
        return self._with_etag(entry)

    def delete(self, params: Params) -> Params:
        """Delete a policy: only one's own, only unused."""
        if params["Id"] in self._managed:
            raise IllegalDeleteError
        entry = self.shelf.match(params["Id"], params.get("IfMatch"))
        if self._in_use(entry.id):
            raise self._kind.in_use
        self.shelf.remove(entry.id)
        return {}

    def page(self, params: Params) -> Params:
        """List policies: all, or of one type, `managed` or `custom`."""
        wanted = [entry for entry in self._all() if params.get("Type", self._type(entry)) == self._type(entry)]
        page = listing(
            wanted,
            params,
            lambda entry: entry.id,
            lambda entry: {"Type": self._type(entry), self._kind.name: self._shown(entry)},
        )
        return {f"{self._kind.name}List": {name: page[name] for name in page.keys() - {"Marker", "IsTruncated"}}}

    def _all(self) -> Iterator[Entry]:
        yield from self._managed.values()
        yield from self.shelf

    def _type(self, entry: Entry) -> str:
        return "managed" if entry.id in self._managed else "custom"

    def _checked(self, given: Params, own_id: str | None) -> Params:
        config = self._kind.checked(given)
        if any(e.config["Name"] == config["Name"] and e.id != own_id for e in self._all()):
            raise self._kind.exists
        return config

    def _with_etag(self, entry: Entry) -> Params:
        return {self._kind.name: self._shown(entry), "ETag": entry.etag}

    def _shown(self, entry: Entry) -> Params:
        return {"Id": entry.id, "LastModifiedTime": entry.modified_at, self._config: entry.config}


def _checked_cache_policy(given: Params) -> Params:
    config = defaults.fill_cache_policy(given)
    try:
        validate_ttls(config)
    except InvalidTTLOrderError as e:  # not among the errors of the policy operations
        raise InvalidArgumentError(str(e)) from None
    return config


CACHE = Kind(
    "CachePolicy",
    "CachePolicies",
    "cache-policy",
    managed.cache_policies(),
    _checked_cache_policy,
    NoSuchCachePolicyError,
    CachePolicyAlreadyExistsError,
    CachePolicyInUseError,
)
ORIGIN_REQUEST = Kind(
    "OriginRequestPolicy",
    "OriginRequestPolicies",
    "origin-request-policy",
    managed.origin_request_policies(),
    defaults.fill_policy,
    NoSuchOriginRequestPolicyError,
    OriginRequestPolicyAlreadyExistsError,
    OriginRequestPolicyInUseError,
)
RESPONSE_HEADERS = Kind(
    "ResponseHeadersPolicy",
    "ResponseHeadersPolicies",
    "response-headers-policy",
    managed_headers.response_headers_policies(),
    defaults.fill_policy,
    NoSuchResponseHeadersPolicyError,
    ResponseHeadersPolicyAlreadyExistsError,
    ResponseHeadersPolicyInUseError,
)
