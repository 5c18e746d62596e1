"""Which messages of a batch have failed, by what the handler answered. Pure."""

from collections.abc import Collection


def failed_ids(answer: object, ids: Collection[str], *, partial: bool) -> set[str]:
    """Return the ids of the messages that were not handled.

    Lambda Developer Guide, `services-sqs-errorhandling.html`, "Success and failure conditions": no answer, or no or an
    empty list of failures, is success of all; an item without a proper `itemIdentifier` is failure of all. So is an
    identifier of no message of the batch: nothing can be said about the others then.

    answer: what the handler returned, as JSON has it. partial: whether the mapping has `ReportBatchItemFailures`;
        without it, whatever a handler returns is success.

    >>> sorted(failed_ids({"batchItemFailures": [{"itemIdentifier": "b"}]}, ["a", "b"], partial=True))
    ['b']
    >>> sorted(failed_ids({"batchItemFailures": [{"itemIdentifier": ""}]}, ["a", "b"], partial=True))
    ['a', 'b']
    """
    if not partial or answer is None:
        return set()
    if not isinstance(answer, dict):
        return set(ids)
    failures = answer.get("batchItemFailures")
    if failures is None:
        return set()
    if not isinstance(failures, list):
        return set(ids)
    named = [item.get("itemIdentifier") if isinstance(item, dict) else None for item in failures]
    known = [name for name in named if isinstance(name, str) and name in ids]
    return set(known) if len(known) == len(named) else set(ids)
