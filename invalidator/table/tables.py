"""All kinds of items of the one table, together."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from invalidator.clock import Clock
from invalidator.table.attempts import Attempts
from invalidator.table.baselines import Baselines
from invalidator.table.bells import Bells
from invalidator.table.bridges import Bridges
from invalidator.table.checks import Checks
from invalidator.table.epochs import Epochs
from invalidator.table.fenced import Fenced
from invalidator.table.handled import Handled
from invalidator.table.journal import Journal
from invalidator.table.leases import Lease, Leases
from invalidator.table.links import Links
from invalidator.table.locks import Locks
from invalidator.table.prints import Prints
from invalidator.table.probes import Probes
from invalidator.table.requests import Requests
from invalidator.table.settings import ChosenSettings
from invalidator.table.store import Store
from invalidator.table.unowned import Unowned

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Tables:
    """What lasts. Everything raises ThrottledError, UnavailableError and AccessDeniedError as the table answers."""

    store: Store
    journal: Journal
    unowned: Unowned
    bells: Bells
    leases: Leases
    attempts: Attempts
    requests: Requests
    links: Links
    settings: ChosenSettings
    locks: Locks
    checks: Checks
    bridges: Bridges
    probes: Probes
    handled: Handled
    epochs: Epochs
    baselines: Baselines
    prints: Prints

    @classmethod
    def of(cls, client: "DynamoDBClient", name: str, clock: Clock) -> "Tables":
        """Return the table of this name.

        clock: tells when things happen, and passes the time between tries.
        """
        return cls.over(Store(client, name, clock))

    @classmethod
    def over(cls, store: Store) -> "Tables":
        """Return the table of these verbs."""
        bells = Bells(store)
        attempts, baselines = Attempts(store, bells), Baselines(store)
        return cls(
            store=store,
            journal=Journal(store, bells),
            unowned=Unowned(store),
            bells=bells,
            leases=Leases(store),
            attempts=attempts,
            requests=Requests(store, bells, attempts),
            links=Links(store),
            settings=ChosenSettings(store),
            locks=Locks(store),
            checks=Checks(store),
            bridges=Bridges(store),
            probes=Probes(store),
            handled=Handled(store),
            epochs=Epochs(store),
            baselines=baselines,
            prints=Prints(store, baselines),
        )

    def fenced(self, lease: Lease) -> Fenced:
        """Return the writes that the holder of a lease may do."""
        return Fenced(self.store, lease, self.epochs, self.prints)
