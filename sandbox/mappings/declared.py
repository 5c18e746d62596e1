"""The mappings that `serverless.yml` declares under `custom.mappings`, with the queues' names from its resources."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.mappings.queue_mapping import MappingSettings

PARTIAL = "ReportBatchItemFailures"


def declared_mappings(
    custom: Mapping[str, Any], queue_names: Mapping[str, str], regions: Mapping[str, Sequence[str]]
) -> list[MappingSettings]:
    """Return the mappings, one for each queue and region.

    custom: the section `custom` of the file. queue_names: the queues' names by their logical ids.
    regions: by a mapping's name, the regions in which its queue is.

    Raises: ValueError for what Lambda refuses; KeyError for a queue that is not declared.
    """
    return [
        MappingSettings(
            name=name,
            queue=queue_names[told["queue"]],
            region=region,
            batch_size=int(told.get("batchSize", 10)),
            window_s=float(told.get("maximumBatchingWindow", 0)),
            partial=told.get("functionResponseType") == PARTIAL,
            concurrency=int(told.get("maximumConcurrency", 2)),
        )
        for name, told in custom["mappings"].items()
        for region in regions[name]
    ]
