"""Distributions: made, read, changed and deleted as CloudFront allows it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

from sandbox.cloudfront import defaults
from sandbox.cloudfront.completeness import check_complete
from sandbox.cloudfront.errors import (
    CNAMEAlreadyExistsError,
    DistributionAlreadyExistsError,
    DistributionNotDisabledError,
    IllegalUpdateError,
    NoSuchDistributionError,
    ResourceInUseError,
)
from sandbox.cloudfront.hosts import Hosts
from sandbox.cloudfront.ids import Ids
from sandbox.cloudfront.invalidations import Invalidations
from sandbox.cloudfront.paging import listing
from sandbox.cloudfront.rooms import Handlers
from sandbox.cloudfront.settings import CloudFrontSettings
from sandbox.cloudfront.shelf import Entry, Params, Shelf
from sandbox.cloudfront.tags import Tags
from sandbox.cloudfront.validation import Known, behaviors_of, identity_id, items, validate

_IN_SUMMARY = (
    "Aliases",
    "Origins",
    "OriginGroups",
    "DefaultCacheBehavior",
    "CacheBehaviors",
    "CustomErrorResponses",
    "Comment",
    "PriceClass",
    "Enabled",
    "ViewerCertificate",
    "Restrictions",
    "WebACLId",
    "HttpVersion",
    "IsIPV6Enabled",
    "Staging",
    "ConnectionMode",
    "AnycastIpListId",
    "ViewerMtlsConfig",
    "ConnectionFunctionAssociation",
)
"""What a list shows of a configuration: neither `DefaultRootObject` nor `CacheTagConfig` (API Reference,
`DistributionSummary`)."""

POLICIES = ("CachePolicyId", "OriginRequestPolicyId", "ResponseHeadersPolicyId")
"""Where a behaviour names its policies."""


@dataclass(frozen=True, slots=True)
class Distribution(Entry):
    """A distribution.

    config: boto3's `DistributionConfig`, whole; never changed in place.
    domain_name: its name under cloudfront.net.
    deployed_at: when its present configuration is at every edge, unix seconds.
    status: "InProgress" or "Deployed", at the moment when it was read.
    """

    domain_name: str
    deployed_at: float
    status: str = "InProgress"

    @property
    def enabled(self) -> bool:
        """Whether it serves at all."""
        return bool(self.config["Enabled"])


class Distributions:
    """The account's distributions. Its owner holds the lock.

    known: what configurations may refer to.
    has_tenants: tells whether a distribution has distribution tenants.
    settings: the present settings.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        ids: Ids,
        account: str,
        hosts: Hosts,
        tags: Tags,
        invalidations: Invalidations,
        *,
        known: Known,
        has_tenants: Callable[[str], bool],
        settings: Callable[[], CloudFrontSettings],
    ) -> None:
        self._clock, self._ids, self._account, self._hosts, self._tags = clock, ids, account, hosts, tags
        self._invalidations, self._known, self._has_tenants, self._settings = (
            invalidations,
            known,
            has_tenants,
            settings,
        )
        self.shelf: Shelf[Distribution] = Shelf(NoSuchDistributionError)

    def handlers(self) -> Handlers:
        """Return the operations that this room answers."""
        return {
            "CreateDistribution": lambda p: self.create(p["DistributionConfig"], []),
            "CreateDistributionWithTags": self.create_with_tags,
            "GetDistribution": lambda p: self._answer(self.get(p["Id"])),
            "GetDistributionConfig": self.config,
            "UpdateDistribution": self.update,
            "DeleteDistribution": self.delete,
            "ListDistributions": lambda p: {"DistributionList": self._listing(self.all(), p)},
            "ListDistributionsByConnectionMode": self.page_by_connection_mode,
            "ListDistributionsByWebACLId": self.page_by_web_acl,
            **{f"ListDistributionsBy{name}": partial(self.page_by_policy, name) for name in POLICIES},
        }

    def arn(self, distribution_id: str) -> str:
        """Return a distribution's ARN."""
        return f"arn:aws:cloudfront::{self._account}:distribution/{distribution_id}"

    def get(self, distribution_id: str) -> Distribution:
        """Return a distribution with its status of now; raise `NoSuchDistribution`."""
        return self._now(self.shelf.get(distribution_id))

    def all(self) -> list[Distribution]:
        """Return all distributions, in the order of their making."""
        return [self._now(one) for one in self.shelf]

    def create(self, given: Params, tags: list[Params]) -> Params:
        """CreateDistribution and CreateDistributionWithTags.

        A caller reference that was used before is refused whatever comes with it (API Reference,
        `DistributionConfig`: "CloudFront returns a DistributionAlreadyExists error").
        """
        if any(one.config["CallerReference"] == given["CallerReference"] for one in self.shelf):
            raise DistributionAlreadyExistsError
        config = self._checked(given, own_id="")
        self._tags.check(tags)
        now = self._clock()
        deployed_at = now + self._settings().deploy_seconds
        one = Distribution(self._ids.resource(), config, self._ids.etag(), now, self._ids.domain(), deployed_at)
        self._keep(one)
        self._tags.put(self.arn(one.id), tags)
        return {**self._answer(self._now(one)), "Location": f"distribution/{one.id}"}

    def create_with_tags(self, params: Params) -> Params:
        """CreateDistributionWithTags."""
        both = params["DistributionConfigWithTags"]
        return self.create(both["DistributionConfig"], both["Tags"].get("Items", []))

    def config(self, params: Params) -> Params:
        """GetDistributionConfig."""
        one = self.shelf.get(params["Id"])
        return {"DistributionConfig": one.config, "ETag": one.etag}

    def update(self, params: Params) -> Params:
        """UpdateDistribution: the whole configuration, under If-Match; the caller reference stays."""
        old = self.shelf.match(params["Id"], params.get("IfMatch"))
        given = params["DistributionConfig"]
        if given["CallerReference"] != old.config["CallerReference"]:
            raise IllegalUpdateError
        check_complete(given)
        config = self._checked(given, own_id=old.id)
        if config["ConnectionMode"] != old.config["ConnectionMode"] and self._has_tenants(old.id):
            raise IllegalUpdateError
        now = self._clock()
        deployed_at = now + self._settings().deploy_seconds
        new = replace(old, config=config, etag=self._ids.etag(), modified_at=now, deployed_at=deployed_at)
        self._keep(new)
        return self._answer(self._now(new))

    def delete(self, params: Params) -> Params:
        """DeleteDistribution: disabled, deployed as such, and without tenants (`HowToDeleteDistribution.html`)."""
        one = self._now(self.shelf.match(params["Id"], params.get("IfMatch")))
        if one.enabled or one.status != "Deployed":
            raise DistributionNotDisabledError
        if self._has_tenants(one.id):
            raise ResourceInUseError
        self.shelf.remove(one.id)
        self._hosts.forget(one.id)
        self._tags.forget(self.arn(one.id))
        self._invalidations.forget(one.id)
        return {}

    def page_by_connection_mode(self, params: Params) -> Params:
        """ListDistributionsByConnectionMode."""
        wanted = [one for one in self.all() if one.config["ConnectionMode"] == params["ConnectionMode"]]
        return {"DistributionList": self._listing(wanted, params)}

    def page_by_web_acl(self, params: Params) -> Params:
        """ListDistributionsByWebACLId; the id `null` stands for none."""
        wanted_id = "" if params["WebACLId"] == "null" else params["WebACLId"]
        wanted = [one for one in self.all() if one.config["WebACLId"] == wanted_id]
        return {"DistributionList": self._listing(wanted, params)}

    def page_by_policy(self, member: str, params: Params) -> Params:
        """ListDistributionsByCachePolicyId and the same for other policies: ids alone.

        member: the behaviours' member that holds the policy's id.
        """
        wanted = [one.id for one in self.shelf if uses_policy(one.config, member, params[member])]
        return {"DistributionIdList": listing(wanted, params, lambda one: one, lambda one: one)}

    def load(self, saved: list[Params]) -> None:
        """Replace everything by what the shelf's `dump` returned."""
        self.shelf.load(saved, Distribution)
        for one in self.shelf:
            self._name(one)

    def _checked(self, given: Params, own_id: str) -> Params:
        config = defaults.fill_distribution(given)
        validate(config, self._known)
        if not self._hosts.are_free((alias.lower() for alias in _aliases(config)), own_id):
            raise CNAMEAlreadyExistsError
        return config

    def _keep(self, one: Distribution) -> None:
        self.shelf.put(one)
        self._name(one)

    def _name(self, one: Distribution) -> None:
        self._hosts.claim(one.id, one.id, [one.id, one.domain_name.partition(".")[0], one.domain_name])
        self._hosts.claim(f"{one.id}/aliases", one.id, _aliases(one.config))

    def _now(self, one: Distribution) -> Distribution:
        status = "Deployed" if self._clock() >= one.deployed_at else "InProgress"
        return replace(one, status=status)

    def _answer(self, one: Distribution) -> Params:
        shown = {
            "Id": one.id,
            "ARN": self.arn(one.id),
            "Status": one.status,
            "LastModifiedTime": one.modified_at,
            "InProgressInvalidationBatches": len(self._invalidations.in_progress(one.id)),
            "DomainName": one.domain_name,
            "ActiveTrustedSigners": {"Enabled": False, "Quantity": 0},
            "ActiveTrustedKeyGroups": {"Enabled": False, "Quantity": 0},
            "DistributionConfig": one.config,
        }
        return {"Distribution": shown, "ETag": one.etag}

    def _listing(self, wanted: list[Distribution], params: Params) -> Params:
        return listing(wanted, params, lambda one: one.id, self._summary)

    def _summary(self, one: Distribution) -> Params:
        return {
            "Id": one.id,
            "ARN": self.arn(one.id),
            "ETag": one.etag,
            "Status": one.status,
            "LastModifiedTime": one.modified_at,
            "DomainName": one.domain_name,
            **{name: one.config[name] for name in _IN_SUMMARY if name in one.config},
        }


def uses_policy(config: Params, member: str, policy_id: str) -> bool:
    """Tell whether a behaviour has a policy, in one of the members `POLICIES`."""
    return any(behavior.get(member) == policy_id for behavior in behaviors_of(config))


def uses_access(config: Params, access_id: str) -> bool:
    """Tell whether an origin has an origin access control, or an origin access identity."""
    return any(access_id in (one["OriginAccessControlId"], identity_id(one)) for one in items(config["Origins"]))


def _aliases(config: Params) -> Iterable[str]:
    aliases: list[str] = config["Aliases"].get("Items", [])
    return aliases
