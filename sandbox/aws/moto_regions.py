"""Regions and services of moto that belong to one local AWS alone, not to moto's state for the whole process.

Tests run several at once in one process, and moto's own `mock_aws` empties what moto holds.
"""

from collections.abc import Callable, Mapping
from typing import Any

from moto.core.base_backend import AccountSpecificBackend

from sandbox.aws.moto_http import Dispatch


def own_regions(service: str, account: str, make: Callable[..., Any]) -> Mapping[str, Any]:
    """Return the regions of a service by name; each is made when it is asked for, and only those that AWS has.

    make: called with the region and `account_id`.
    """
    regions: Mapping[str, Any] = AccountSpecificBackend(
        service, account, make, use_boto3_regions=True, additional_regions=None
    )
    return regions


def own_entry(response: type, attribute: str, backend: Callable[[Any], Any], method: str = "dispatch") -> Dispatch:
    """Return moto's entry for a service whose state is ours.

    response: moto's class of the service's protocol.
    attribute: its property that finds the state.
    backend: returns the state for an instance of that class.
    method: the class's entry.
    """
    local = type(f"Local{response.__name__}", (response,), {attribute: property(backend)})
    entry: Dispatch = getattr(local, method)
    return entry
