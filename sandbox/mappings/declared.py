"""The mappings that `serverless.yml` declares under `custom.mappings`."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sandbox.mappings.queue_mapping import MappingSettings

PARTIAL = "ReportBatchItemFailures"


def declared_mappings(
    custom: Mapping[str, Any], queue_name: Callable[[str], str], regions: Callable[[str], Iterable[str]]
) -> list[MappingSettings]:
    """Return the mappings, one for each queue and region.

    custom: the section `custom` of the file.
    queue_name, regions: a queue's name, and the regions in which it is, by its logical id.

    Raises: ValueError for what Lambda refuses.
    """
    return [
        MappingSettings(
            name=name,
            queue=queue_name(told["queue"]),
            region=region,
            batch_size=int(told.get("batchSize", 10)),
            window_s=float(told.get("maximumBatchingWindow", 0)),
            partial=told.get("functionResponseType") == PARTIAL,
            concurrency=int(told.get("maximumConcurrency", 2)),
        )
        for name, told in custom["mappings"].items()
        for region in regions(told["queue"])
    ]
