"""From an upload to the moment when the edge serves it."""

import statistics
import time
from contextlib import ExitStack, closing

from bench.demo import Demo
from bench.report import Row
from bench.site import Viewer, make_site

UPLOADS = 9
SETTLE_S = 5


def rows(stack: ExitStack) -> list[Row]:
    """Overwrite one page again and again; the settle time is waited on purpose and is not counted."""
    demo = stack.enter_context(Demo())
    site = make_site(demo, linked=True)
    s3 = demo.client("s3")
    viewer = stack.enter_context(closing(Viewer(demo, site)))
    taken = []
    for n in range(UPLOADS + 1):
        body = f"upload {n}".encode()
        s3.put_object(Bucket=site.bucket, Key="page.html", Body=body)
        taken.append(viewer.wait_for("/page.html", body, 120))
        time.sleep(0.5)  # so that uploads do not fall in step with the pollers
    beyond = sorted(t - SETTLE_S for t in taken[1:])  # the first one fills an empty cache
    return [
        Row("upload to fresh, beyond settle: median", statistics.median(beyond), "s", goal="2 or less"),
        Row("upload to fresh, beyond settle: slowest", beyond[-1], "s"),
    ]
