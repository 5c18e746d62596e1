"""Look at what a bucket holds and what the edge serves, side by side, until they agree."""

import hashlib
import html
import itertools
import re
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from sandbox.aws.messages import Answer, Request
from sandbox.edge.origin import Buckets
from sandbox.sites.publishing import Publication

LOOK_S = 0.2
GIVE_UP_S = 300.0
MOST = 6
"""Publications that are remembered."""

_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_TAGS = re.compile(r"<[^>]*>")
_TIME = re.compile(r"<time>(.*?)</time>")
_OK = 200


@dataclass(frozen=True, slots=True)
class Side:
    """What one side has for a page.

    title, published: as the page says; published is "" for files that do not tell. digest: of the body, or "" where
    there is none. note: how it was answered.
    """

    title: str
    published: str
    digest: str
    note: str


@dataclass(frozen=True, slots=True)
class Look:
    """Both sides of one page. agreed_after: seconds from its publication until they first agreed, if it is watched."""

    bucket: str
    key: str
    uri: str
    held: Side
    served: Side
    agree: bool
    agreed_after: float | None = None


@dataclass(slots=True)
class Watch:
    """A publication that is watched. since: unix seconds."""

    number: int
    distribution_id: str
    publication: Publication
    since: float
    agreed: dict[str, float] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """Whether every page has agreed at least once."""
        return len(self.agreed) == len(self.publication.watch)

    @property
    def seconds(self) -> float | None:
        """How long it took until all agreed; None while they do not."""
        return max(self.agreed.values(), default=0.0) if self.done else None


class Watcher:
    """Remembers the last publications, and looks at those that are not live yet.

    buckets: what S3 holds. serve: answers a request as the edge does. edge_host: the edge's host and port.
    clock: returns the time in unix seconds.
    """

    def __init__(
        self, buckets: Buckets, serve: Callable[[Request], Answer], edge_host: str, clock: Callable[[], float]
    ) -> None:
        self._buckets, self._serve, self._edge_host, self._clock = buckets, serve, edge_host, clock
        self._watches: deque[Watch] = deque(maxlen=MOST)
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def visit(self, distribution_id: str, uris: Iterable[str]) -> None:
        """Open pages as visitors do, so that the edge holds them: a change would else be fresh at once."""
        for uri in uris:
            self._get(distribution_id, uri)

    def add(self, distribution_id: str, publication: Publication) -> Watch:
        """Watch a publication from now on."""
        watch = Watch(next(self._numbers), distribution_id, publication, self._clock())
        with self._lock:
            self._watches.appendleft(watch)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
                self._thread.start()
        return watch

    def latest(self) -> list[Watch]:
        """Return the publications, newest first."""
        with self._lock:
            return list(self._watches)

    def looks(self, watch: Watch) -> list[Look]:
        """Look at every page of a publication now."""
        return [self._look(watch, key, uri) for key, uri in watch.publication.watch]

    def stop(self) -> None:
        """Look no more."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(2.0)

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_S):
            with self._lock:
                waiting = [w for w in self._watches if not w.done and self._clock() - w.since < GIVE_UP_S]
                if not waiting:
                    self._thread = None
                    return
            for watch in waiting:
                for key, uri in watch.publication.watch:
                    if uri not in watch.agreed:
                        self._look(watch, key, uri)

    def compare(self, distribution_id: str, bucket: str, key: str, uri: str) -> Look:
        """Look at both sides of a page, whoever has written it."""
        found = self._buckets.get(bucket, key)
        status, headers, body = self._get(distribution_id, uri)
        agree = body == found.body if found and status == _OK else found is None and status != _OK
        held = _side(found.body, "") if found else Side("nothing", "", "", "")
        note = f"{status}, {headers.get('x-cache', '')}" + (f", {headers['age']} s old" if "age" in headers else "")
        served = _side(body, note) if status == _OK else Side("nothing", "", "", note)
        return Look(bucket, key, uri, held, served, agree)

    def _look(self, watch: Watch, key: str, uri: str) -> Look:
        look = self.compare(watch.distribution_id, watch.publication.site.bucket, key, uri)
        if look.agree:
            watch.agreed.setdefault(uri, max(0.0, self._clock() - watch.since))
        return replace(look, agreed_after=watch.agreed.get(uri))

    def _get(self, distribution_id: str, uri: str) -> tuple[int, dict[str, str], bytes]:
        host = f"{distribution_id.lower()}.{self._edge_host}"
        answer = self._serve(Request("GET", uri, "", {"host": host}, b""))
        return answer.status, {name.lower(): value for name, value in answer.headers}, answer.body


def _side(body: bytes, note: str) -> Side:
    text = body.decode("utf8", "replace")
    title, time = _TITLE.search(text), _TIME.search(text)
    return Side(
        title=html.unescape(title[1] if title else " ".join(_TAGS.sub(" ", text).split())[:60]),
        published=time[1] if time else "",
        digest=hashlib.sha256(body).hexdigest()[:8],
        note=note,
    )
