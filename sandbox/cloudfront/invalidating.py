"""The operations on invalidations, of distributions and of distribution tenants."""

from sandbox.cloudfront.distributions import Distributions
from sandbox.cloudfront.errors import EntityNotFoundError
from sandbox.cloudfront.invalidations import Invalidation, Invalidations
from sandbox.cloudfront.rooms import Handlers
from sandbox.cloudfront.shelf import Params
from sandbox.cloudfront.tenants import Tenants


class Invalidating:
    """Finds what an invalidation is for, and remembers the accepted ones until they are told. Its owner holds the lock.

    An invalidation of a tenant counts towards its distribution's limits, and empties its distribution's cache: the
    local edge keeps one cache a distribution.
    """

    def __init__(self, invalidations: Invalidations, distributions: Distributions, tenants: Tenants) -> None:
        self._invalidations, self._distributions, self._tenants = invalidations, distributions, tenants
        self._accepted: list[Invalidation] = []

    def handlers(self) -> Handlers:
        """Return the operations that this room answers."""
        return {
            "CreateInvalidation": self.create,
            "GetInvalidation": self.get,
            "ListInvalidations": lambda p: self._invalidations.page(self._distribution(p), p),
            "CreateInvalidationForDistributionTenant": self.create_for_tenant,
            "GetInvalidationForDistributionTenant": self.get_for_tenant,
            "ListInvalidationsForDistributionTenant": lambda p: self._invalidations.page(self._tenant(p["Id"]), p),
        }

    def create(self, params: Params) -> Params:
        """CreateInvalidation."""
        distribution_id = self._distribution(params)
        output = self._create(distribution_id, distribution_id, params)
        return {**output, "Location": f"distribution/{distribution_id}/invalidation/{output['Invalidation']['Id']}"}

    def create_for_tenant(self, params: Params) -> Params:
        """CreateInvalidationForDistributionTenant; by id alone, not by name."""
        tenant_id = self._tenant(params["Id"])
        output = self._create(tenant_id, self._tenants.find(tenant_id).distribution_id, params)
        return {**output, "Location": f"distribution-tenant/{tenant_id}/invalidation/{output['Invalidation']['Id']}"}

    def get(self, params: Params) -> Params:
        """GetInvalidation."""
        return self._answer(self._invalidations.get(self._distribution(params), params["Id"]))

    def get_for_tenant(self, params: Params) -> Params:
        """GetInvalidationForDistributionTenant."""
        return self._answer(self._invalidations.get(self._tenant(params["DistributionTenantId"]), params["Id"]))

    def take_accepted(self) -> list[Invalidation]:
        """Return what was accepted since the last time."""
        accepted, self._accepted = self._accepted, []
        return accepted

    def _create(self, target: str, distribution_id: str, params: Params) -> Params:
        one, is_new = self._invalidations.create(target, distribution_id, params["InvalidationBatch"])
        if is_new:
            self._accepted.append(one)
        return self._answer(one)

    def _answer(self, one: Invalidation) -> Params:
        return {"Invalidation": self._invalidations.shown(one)}

    def _distribution(self, params: Params) -> str:
        return self._distributions.shelf.get(params["DistributionId"]).id

    def _tenant(self, tenant_id: str) -> str:
        if tenant_id not in self._tenants.shelf:
            raise EntityNotFoundError
        return tenant_id
