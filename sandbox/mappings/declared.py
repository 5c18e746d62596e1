"""What `serverless.yml` declares of a function: the queues that Lambda reads for it, and where its failures go.

The shapes are those of the Serverless Framework, `sqs` among a function's events and `destinations`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sandbox.aws.resources import Intrinsic, ResourcesError
from sandbox.mappings.queue_mapping import MappingSettings

PARTIAL = "ReportBatchItemFailures"


def declared_mappings(
    function: Mapping[str, Any], queue_name: Callable[[str], str], regions: Callable[[str], Iterable[str]]
) -> list[MappingSettings]:
    """Return the mappings of a function, one for each queue and region.

    function: as the file has it.
    queue_name, regions: a queue's name, and the regions in which it is, by its logical id.

    Raises: ResourcesError for a queue that is not of the file; ValueError for what Lambda refuses.
    """
    declared = [(resource_of(event["sqs"]["arn"]), event["sqs"]) for event in function["events"] if "sqs" in event]
    return [
        MappingSettings(
            name=queue_name(queue),
            queue=queue_name(queue),
            region=region,
            batch_size=int(told.get("batchSize", 10)),
            window_s=float(told.get("maximumBatchingWindow", 0)),
            partial=told.get("functionResponseType") == PARTIAL,
            concurrency=int(told.get("maximumConcurrency", 2)),
        )
        for queue, told in declared
        for region in regions(queue)
    ]


def failures_go_to(function: Mapping[str, Any]) -> str:
    """Return the logical id of the queue that gets the asynchronous calls which a function has given up on.

    Raises: ResourcesError where the file declares none.
    """
    try:
        return resource_of(function["destinations"]["onFailure"]["arn"])
    except KeyError:
        raise ResourcesError("serverless.yml declares no queue as on-failure destination of the function.") from None


def resource_of(arn: object) -> str:
    """Return the logical id of the resource that `!GetAtt Name.Arn` is of.

    Raises: ResourcesError for anything else.
    """
    if isinstance(arn, Intrinsic) and arn.function == "GetAtt" and arn.argument.endswith(".Arn"):
        return arn.argument.removesuffix(".Arn")
    raise ResourcesError(f"serverless.yml names a queue as {arn!r}; the sandbox reads `!GetAtt Queue.Arn` alone.")
