"""Make the table and the queues that `serverless.yml` declares, and an events queue in every region of the demo."""

from dataclasses import replace

from sandbox.aws.account import LocalAws
from sandbox.aws.resources import Resources
from sandbox.options import REGION, REGIONS

READ = ("EventsQueue", "WorkQueue")
"""The queues that feed the invalidator."""

EVERYWHERE = ("EventsQueue", "EventsDeadLetters", "EventsQueuePolicy")
"""What a region needs so that buckets there can be linked."""


def deploy(resources: Resources, aws: LocalAws, *, visibility_s: int) -> None:
    """Deploy everything; what is there already is kept.

    visibility_s: how soon messages come back that the invalidator did not handle.
    """
    wanted = with_visibility(resources, visibility_s)
    for region in REGIONS:
        aws.deploy(wanted if region == REGION else wanted.only(*EVERYWHERE), region)


def with_visibility(resources: Resources, seconds: int) -> Resources:
    """Return the resources with another visibility time-out for the queues that feed the invalidator."""
    changed = {
        name: {**one, "Properties": {**one["Properties"], "VisibilityTimeout": seconds}} if name in READ else one
        for name, one in resources.declared.items()
    }
    return replace(resources, declared=changed)
