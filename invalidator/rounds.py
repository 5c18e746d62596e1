"""Several tasks against an AWS that may want them later: each goes on by itself, all wait together."""

from collections.abc import Callable, Mapping

from invalidator.deadline import Deadline, Jitter
from invalidator.errors import ThrottledError, TryLaterError

Task = Callable[[], None]
"""Does its work, or raises: TryLaterError to be called again, anything else where it failed for good."""

_NO_TURN = "The time of this call was over before its turn."


def in_rounds(tasks: Mapping[str, Task], deadline: Deadline, jitter: Jitter) -> dict[str, Exception]:
    """Do every task, those that AWS wants later again and again while time is left; return why each failed one did.

    A round tries each open task once; a throttled one ends it, since that is the whole account's affair. No failure
    keeps other tasks from being done: unexpected ones are returned like the rest.
    """
    failed: dict[str, Exception] = {}
    open_tasks = dict(tasks)
    rounds = 0
    while open_tasks:
        rounds += 1
        untried, later = _round(open_tasks, deadline, failed)
        # Those that had no turn come first in the next round.
        open_tasks = {name: open_tasks[name] for name in (*untried, *later)}
        longest = max((reason.retry_after for reason in later.values()), default=0.0)
        if open_tasks and not deadline.wait(rounds, longest, jitter):
            return {**failed, **dict.fromkeys(untried, TryLaterError(_NO_TURN, longest)), **later}
    return failed


def _round(
    tasks: Mapping[str, Task], deadline: Deadline, failed: dict[str, Exception]
) -> tuple[list[str], dict[str, TryLaterError]]:
    """Try each task once; return which had no turn, and which are wanted later. What failed for good is put down."""
    later: dict[str, TryLaterError] = {}
    names = iter(tasks)
    for name in names:
        try:
            tasks[name]()
        except TryLaterError as reason:
            later[name] = reason
            if isinstance(reason, ThrottledError):
                break
        except Exception as reason:  # noqa: BLE001 - returned: one task's fault must not keep the others from running
            failed[name] = reason
        if deadline.left() <= 0:
            break
    return [*names], later
