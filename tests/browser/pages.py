"""Every kind of page of the demo, and the role that may see it."""

from dataclasses import dataclass
from urllib.parse import quote

from sandbox.run import Sandbox
from tests.browser.world import (
    a_broken_link,
    a_dead_letter,
    a_failure,
    a_long_record,
    an_invalidation_of_others,
    distribution_of,
    docs_without_link,
    many_paths,
)
from web.access.roles import reaches
from web.models import Role


@dataclass(frozen=True, slots=True)
class Place:
    """A page. name: for people and for the names of pictures. role: the least that sees it. status: of its answer."""

    name: str
    path: str
    role: Role = "viewer"
    status: int = 200

    def open_to(self, role: Role) -> bool:
        """Say whether a role sees it."""
        return reaches(role, self.role)


def furnished(sandbox: Sandbox) -> list[Place]:
    """Put something on every page, with names and paths that are long, and return every kind of page."""
    blog, docs = distribution_of(sandbox, "blog.example.org"), docs_without_link(sandbox)
    record, failed = a_long_record(sandbox), a_failure(sandbox, "/relaunch/*")
    theirs = f"outside:{docs}:{an_invalidation_of_others(sandbox, docs)}"
    many = many_paths(sandbox)
    a_dead_letter(sandbox)
    a_broken_link(sandbox)
    return [
        Place("overview", "/"),
        Place("buckets", "/buckets"),
        Place("buckets-none", "/buckets?q=no-such-bucket"),
        Place("links", "/links"),
        Place("link", "/links/blog-site"),
        Place("link-faulty", "/links/app-site"),
        Place("link-none", "/links/docs-site"),
        Place("wizard-bucket", "/links/new", "linker"),
        Place("wizard-distribution", "/links/new?bucket=docs-site", "linker"),
        Place("wizard-plan", f"/links/new?bucket=docs-site&distribution={docs}", "linker"),
        Place("unlink", "/links/blog-site/unlink", "linker"),
        Place("repair", "/links/app-site/repair", "linker"),
        Place("restore", "/links/blog-site/restore", "linker"),
        Place("verify", "/links/blog-site/verify", "linker"),
        Place("several", "/links/several?bucket=docs-site", "linker"),
        Place("distributions", "/distributions"),
        Place("distribution", f"/distributions/{blog}"),
        Place("history", "/invalidations"),
        Place("history-filtered", f"/invalidations?distribution={blog}&state=completed"),
        Place("history-none", "/invalidations?bucket=no-such-bucket"),
        Place("invalidation", f"/invalidations/{record}"),
        Place("invalidation-failed", f"/invalidations/{failed}"),
        Place("invalidation-outside", f"/invalidations/{quote(theirs, safe='')}"),
        Place("paths", f"/invalidations/{many}/paths"),
        Place("failures", "/failures"),
        Place("failures-none", "/failures?q=no-such-failure"),
        Place("about", "/about"),
        Place("design", "/about/design"),
        Place("demo", "/demo"),
        Place("not-found", "/no-such-page", status=404),
        Place("no-such-bucket", "/links/no-such-bucket", status=404),
    ]
