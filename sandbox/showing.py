"""Open the dashboard of a sandbox, with the sample sites and the demo's pages, and have it look after the links."""

import logging
import socket
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sandbox.dashboard import Dashboard
from sandbox.mappings.schedule import Schedule
from sandbox.options import ACCOUNT, REGION
from sandbox.pages.extension import demo_extension
from sandbox.pages.stage import Stage
from sandbox.pages.watching import Watcher
from sandbox.sites.publishing import Publisher
from sandbox.sites.setup import SiteMaker
from web.app import create_app
from web.models import Person
from web.on_lambda import Entry
from web.services import Services
from web.services.wiring import make_services
from web.settings import WebSettings

if TYPE_CHECKING:
    from sandbox.run import Sandbox

log = logging.getLogger(__name__)

DEMO_PERSON = Person(name="demo", role="admin")


def open_dashboard(sandbox: "Sandbox", sock: socket.socket) -> Services:
    """Make the sites where there are none yet, then answer: who sees the dashboard may use everything.

    Returns the services under the dashboard.
    """
    settings = replace(
        WebSettings.from_environment(sandbox.environment()),
        demo_person=DEMO_PERSON.name,
        edge_host=sandbox.edge_host,
        age_seconds=2.0,  # people change buckets with the AWS CLI beside, and look at once
    )
    services = make_services(settings, sandbox.new_clients(), sandbox)
    if sandbox.options.sites and sandbox.is_new:
        make_sites(sandbox, services, settings)
        services.inventory.refresh()
    watcher = Watcher(sandbox.aws.objects, sandbox.edge.handle, sandbox.edge_host, sandbox.clock)
    sandbox.closing(watcher.stop)
    stage = Stage(
        publisher=Publisher(sandbox.clients.s3, sandbox.now),
        watcher=watcher,
        faults=sandbox.faults,
        directory=sandbox.cloudfront,
        edge_host=sandbox.edge_host,
    )
    app = create_app(settings, services, extensions=[demo_extension(stage)], clock=sandbox)
    dashboard = Dashboard(sock, app)
    sandbox.closing(dashboard.stop)
    dashboard.start()
    look_after_links(sandbox, services)
    return services


def look_after_links(sandbox: "Sandbox", services: Services) -> None:
    """Ring the dashboard's own schedule, as EventBridge does on AWS; a bad moment of AWS is no end of it."""
    entry = Entry(None, services)

    def ring(event: dict[str, Any]) -> None:
        try:
            entry.handle(event)
        except Exception as error:  # noqa: BLE001 - Lambda would try again; here the next ring does
            log.warning("The links could not be looked at: %s", error)

    every = sandbox.options.schedule_seconds
    schedule = Schedule(ring, clock=sandbox.clock, account=ACCOUNT, region=REGION, every_s=every, first_s=every)
    sandbox.closing(schedule.stop)
    schedule.start()


def make_sites(sandbox: "Sandbox", services: Services, settings: WebSettings) -> None:
    """Make the sample sites; the one that is linked properly is linked as people do it."""
    assert settings.target_arn is not None
    SiteMaker(
        s3=sandbox.clients.s3,
        cloudfront=sandbox.clients.cloudfront,
        link=lambda bucket, distribution: services.linking.apply(bucket, [distribution], DEMO_PERSON, baseline=False),
        target_arn=settings.target_arn,
        account=ACCOUNT,
        region=REGION,
    ).make(sandbox.now())
