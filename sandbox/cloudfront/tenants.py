"""Distribution tenants: the sites of a multi-tenant distribution, each with domains of its own.

API Reference, `CreateDistributionTenant` and its neighbours; Developer Guide, `distribution-config-options.html`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sandbox.cloudfront.distributions import Distributions
from sandbox.cloudfront.errors import (
    CNAMEAlreadyExistsError,
    EntityAlreadyExistsError,
    EntityNotFoundError,
    ResourceNotDisabledError,
)
from sandbox.cloudfront.hosts import Hosts
from sandbox.cloudfront.ids import Ids
from sandbox.cloudfront.invalidations import Invalidations
from sandbox.cloudfront.paging import cut
from sandbox.cloudfront.refusal import InvalidArgumentError
from sandbox.cloudfront.rooms import Handlers
from sandbox.cloudfront.settings import CloudFrontSettings
from sandbox.cloudfront.shelf import Entry, Params, Shelf
from sandbox.cloudfront.tags import Tags

_KEPT = ("DistributionId", "Name", "Domains", "Customizations", "Parameters", "ConnectionGroupId", "Enabled")
_NOT_IN_SUMMARY = ("Parameters",)


@dataclass(frozen=True, slots=True)
class Tenant(Entry):
    """A distribution tenant; times are unix seconds."""

    created_at: float
    deployed_at: float

    @property
    def distribution_id(self) -> str:
        """The distribution whose configuration it shares."""
        return str(self.config["DistributionId"])


class Tenants:
    """The account's distribution tenants. Its owner holds the lock."""

    def __init__(
        self,
        clock: Callable[[], float],
        ids: Ids,
        account: str,
        hosts: Hosts,
        tags: Tags,
        invalidations: Invalidations,
        *,
        distributions: Distributions,
        settings: Callable[[], CloudFrontSettings],
    ) -> None:
        self._clock, self._ids, self._account, self._hosts, self._tags = clock, ids, account, hosts, tags
        self._invalidations, self._distributions, self._settings = invalidations, distributions, settings
        self.shelf: Shelf[Tenant] = Shelf(EntityNotFoundError)

    def handlers(self) -> Handlers:
        """Return the operations that this room answers."""
        return {
            "CreateDistributionTenant": self.create,
            "GetDistributionTenant": lambda p: self._answer(self.find(p["Identifier"])),
            "GetDistributionTenantByDomain": self.by_domain,
            "UpdateDistributionTenant": self.update,
            "DeleteDistributionTenant": self.delete,
            "ListDistributionTenants": self.page,
        }

    def arn(self, tenant_id: str) -> str:
        """Return a tenant's ARN."""
        return f"arn:aws:cloudfront::{self._account}:distribution-tenant/{tenant_id}"

    def find(self, identifier: str) -> Tenant:
        """Return a tenant by its id, its ARN or its name; raise `EntityNotFound`."""
        for one in self.shelf:
            if identifier in (one.id, one.config["Name"], self.arn(one.id)):
                return one
        raise EntityNotFoundError

    def create(self, params: Params) -> Params:
        """CreateDistributionTenant: of a multi-tenant distribution, under a free name, with free domains."""
        config = {"Enabled": True, **{name: params[name] for name in _KEPT if name in params}}
        if any(one.config["Name"] == config["Name"] for one in self.shelf):
            raise EntityAlreadyExistsError
        self._check(config, own_id="")
        tags = params.get("Tags", {}).get("Items", [])
        self._tags.check(tags)
        now = self._clock()
        deployed_at = now + self._settings().deploy_seconds
        one = Tenant(self._ids.tenant(), config, self._ids.etag(), now, now, deployed_at)
        self._keep(one)
        self._tags.put(self.arn(one.id), tags)
        return self._answer(one)

    def update(self, params: Params) -> Params:
        """UpdateDistributionTenant: what is given replaces what was, under If-Match; the name stays."""
        old = self.shelf.match(params["Id"], params.get("IfMatch"))
        config = {**old.config, **{name: params[name] for name in _KEPT if name in params and name != "Name"}}
        self._check(config, own_id=old.id)
        now = self._clock()
        deployed_at = now + self._settings().deploy_seconds
        new = replace(old, config=config, etag=self._ids.etag(), modified_at=now, deployed_at=deployed_at)
        self._keep(new)
        return self._answer(new)

    def delete(self, params: Params) -> Params:
        """DeleteDistributionTenant: only once it is disabled."""
        one = self.shelf.match(params["Id"], params.get("IfMatch"))
        if one.config["Enabled"]:
            raise ResourceNotDisabledError
        self.shelf.remove(one.id)
        self._hosts.forget(one.id)
        self._tags.forget(self.arn(one.id))
        self._invalidations.forget(one.id)
        return {}

    def by_domain(self, params: Params) -> Params:
        """GetDistributionTenantByDomain."""
        wanted = params["Domain"].lower()
        for one in self.shelf:
            if wanted in _domains(one.config):
                return self._answer(one)
        raise EntityNotFoundError

    def page(self, params: Params) -> Params:
        """ListDistributionTenants: all, or those of one distribution."""
        wanted_id = params.get("AssociationFilter", {}).get("DistributionId")
        wanted = [one for one in self.shelf if wanted_id in (None, one.distribution_id)]
        page, following = cut(wanted, params, lambda one: one.id)
        answer: Params = {"DistributionTenantList": [self._summary(one) for one in page]}
        return {**answer, "NextMarker": following} if following else answer

    def load(self, saved: list[Params]) -> None:
        """Replace everything by what the shelf's `dump` returned."""
        self.shelf.load(saved, Tenant)
        for one in self.shelf:
            self._hosts.claim(one.id, one.distribution_id, _domains(one.config))

    def _check(self, config: Params, own_id: str) -> None:
        if config["DistributionId"] not in self._distributions.shelf:
            raise EntityNotFoundError
        distribution = self._distributions.get(config["DistributionId"])
        if distribution.config["ConnectionMode"] != "tenant-only":
            raise InvalidArgumentError(
                "A distribution tenant needs a distribution whose ConnectionMode is tenant-only."
            )
        if not config["Domains"]:
            raise InvalidArgumentError("A distribution tenant has at least one domain.")
        if not self._hosts.are_free(_domains(config), own_id):
            raise CNAMEAlreadyExistsError

    def _keep(self, one: Tenant) -> None:
        self.shelf.put(one)
        self._hosts.claim(one.id, one.distribution_id, _domains(one.config))

    def _shown(self, one: Tenant) -> Params:
        domains = [{"Domain": domain["Domain"], "Status": "active"} for domain in one.config["Domains"]]
        return {
            **one.config,
            "Id": one.id,
            "Arn": self.arn(one.id),
            "Domains": domains,
            "CreatedTime": one.created_at,
            "LastModifiedTime": one.modified_at,
            "Status": "Deployed" if self._clock() >= one.deployed_at else "InProgress",
        }

    def _answer(self, one: Tenant) -> Params:
        return {"DistributionTenant": {**self._shown(one), "Tags": self._tags.of(self.arn(one.id))}, "ETag": one.etag}

    def _summary(self, one: Tenant) -> Params:
        shown = {name: value for name, value in self._shown(one).items() if name not in _NOT_IN_SUMMARY}
        return {**shown, "ETag": one.etag}


def _domains(config: Params) -> list[str]:
    return [domain["Domain"].lower() for domain in config["Domains"]]
