"""The plan of one distribution: changes and routes in, the paths of one invalidation out.

Pure, like everything in `rules`, whose pieces it puts together for direct mode and for the flush. Today every changed
key counts and its exact paths are the plan, cut to the quotas; verdicts come before it, a planner that weighs needless
evictions in place of its folding.
"""

from collections.abc import Iterable, Mapping, Sequence

from invalidator.rules.changes import Change
from invalidator.rules.folding import fold
from invalidator.rules.routes import Route, viewer_paths


def plan_paths(routes_by_bucket: Mapping[str, Sequence[Route]], changes: Iterable[Change]) -> tuple[str, ...]:
    """Return sorted paths that cover every URI of every changed key, few enough for one invalidation.

    routes_by_bucket: how each bucket of the changes is reached through the distribution (`Routing.routes`); a bucket
    that is not in it has no viewers there. Empty where no change can be seen through the distribution.
    """
    changed = {(change.bucket, change.key) for change in changes}
    paths = {path for bucket, key in changed for path in viewer_paths(routes_by_bucket.get(bucket, ()), key)}
    return fold(paths)
