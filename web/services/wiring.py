"""Puts the services together, for a dashboard with a table or without."""

from dataclasses import dataclass

from invalidator.aws.clients import Clients
from invalidator.clock import Clock
from invalidator.doorbell import Doorbell
from invalidator.errors import BadInputError
from invalidator.table.tables import Tables
from web.services import Failures, History, Services
from web.services.activity import Activity, TableActivity
from web.services.checkup import Checkup
from web.services.dead_queues import sources_of
from web.services.direct_hand_over import DirectActivity, DirectHandOver
from web.services.direct_history import DirectHistory
from web.services.failures import NoFailures, TableFailures
from web.services.following import Follower
from web.services.hand_over import HandOver, TableHandOver
from web.services.head import Head
from web.services.history import TableHistory
from web.services.identity import Identity
from web.services.invalidating import InvalidatingService
from web.services.inventory import InventoryService
from web.services.joined import JoinedHistory, distributions_in
from web.services.kept import KeptHealths, OwnHealths, TableHealths
from web.services.letters import Letters
from web.services.link_reader import LinkReader
from web.services.link_writer import LinkWriter
from web.services.linking import LinkingService
from web.services.outside import Outside
from web.services.overview import OverviewService
from web.services.probes import KeptProbes, OwnProbes, ProbeObjects
from web.services.records import NoRecords, Records, TableRecords
from web.services.site_reader import SiteReader
from web.services.snapshots import Snapshots
from web.services.survey import Survey
from web.services.targets import Targets
from web.services.underway import DirectQuotas, Quotas, TableQuotas
from web.services.usage import NoUsage, TableUsage, Usage
from web.services.verifying import VerifyingService
from web.services.work import AtWork
from web.settings import WebSettings


@dataclass(frozen=True, slots=True)
class _Behind:
    """What stands behind the services: the table, or CloudFront and the Lambda themselves."""

    history: History
    activity: Activity
    usage: Usage
    quotas: Quotas
    hand_over: HandOver
    failures: Failures


def make_services(settings: WebSettings, clients: Clients, clock: Clock) -> Services:
    """Return the services of one dashboard.

    Raises: BadInputError for settings that can't be.
    """
    tables = Tables.of(clients.dynamodb, settings.table, clock) if settings.table else None
    records: Records = TableRecords(tables) if tables else NoRecords()
    targets = Targets(settings.target_arn, settings.function_arn)
    reader = LinkReader(clients, targets, records, clock, Identity(clients))
    healths: KeptHealths = TableHealths(tables.checks) if tables else OwnHealths()
    survey = Survey(reader, healths)
    snapshots = Snapshots(survey.take, clock, settings.age_seconds)
    behind = (
        _with_table(settings, tables, clients, records, snapshots, clock)
        if tables
        else _without_table(settings, clients, snapshots, clock)
    )
    history = _joined(behind.history, tables, clients, snapshots, clock) if tables else behind.history
    sites = SiteReader(clients, reader, snapshots, settings.edge_host, clock)
    invalidating = InvalidatingService(clients, sites, behind.usage, behind.quotas, behind.hand_over, clock)
    writer = LinkWriter(reader.config, records, clock, settings.read_back_seconds)
    probes: KeptProbes = tables.probes if tables else OwnProbes()
    follower = Follower(sites, behind.history, Head(settings.edge_host), records, clock)
    verifying = VerifyingService(reader, snapshots, ProbeObjects(clients), probes, follower, clock)
    checkup = Checkup(survey, snapshots, healths, verifying.tidy, clock)
    return Services(
        inventory=InventoryService(reader, snapshots, behind.activity),
        linking=LinkingService(reader, writer, snapshots, checkup, clock),
        invalidating=invalidating,
        history=history,
        overview=OverviewService(snapshots, behind.history, behind.failures, invalidating, behind.usage, clock),
        verifying=verifying,
        failures=behind.failures,
    )


def _with_table(
    settings: WebSettings, tables: Tables, clients: Clients, records: Records, snapshots: Snapshots, clock: Clock
) -> _Behind:
    if not settings.work_queue_url:
        raise BadInputError(
            "FRESHEDGE_TABLE is set and FRESHEDGE_WORK_QUEUE_URL is not: set it to the work queue's URL."
        )
    doorbell = Doorbell(tables.bells, clients.sqs, settings.work_queue_url, clock)
    history = TableHistory(tables, AtWork(tables, clock), clock)
    hand_over = TableHandOver(tables, doorbell, history, records, snapshots, clock)
    letters = Letters(clients, lambda: sources_of(settings, snapshots.current().regions.values()), clock)
    failures = TableFailures(tables, doorbell, history, letters, clock)
    quotas = TableQuotas(clients, tables.attempts, clock)
    activity = TableActivity(tables, quotas)
    return _Behind(history, activity, TableUsage(tables.attempts), quotas, hand_over, failures)


def _joined(own: History, tables: Tables, clients: Clients, snapshots: Snapshots, clock: Clock) -> History:
    """Return the history with what was invalidated elsewhere, of one distribution or of all."""
    outside = Outside(clients, tables.attempts.ours, clock)
    return JoinedHistory(own, outside, lambda: distributions_in(snapshots.current()), tables.attempts.sent_after, clock)


def _without_table(settings: WebSettings, clients: Clients, snapshots: Snapshots, clock: Clock) -> _Behind:
    history = DirectHistory(clients, snapshots, clock)
    function = settings.function_arn or settings.target_arn
    activity = DirectActivity(history)
    hand_over = DirectHandOver(clients, function, history)
    return _Behind(history, activity, NoUsage(), DirectQuotas(activity), hand_over, NoFailures())
