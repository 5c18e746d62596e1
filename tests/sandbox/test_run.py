"""The sandbox as a whole, in this process: it starts, shows the demo's pages, and leaves nothing behind."""

import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from invalidator.errors import BadInputError
from sandbox.aws.wire import PortInUseError
from sandbox.command import greeting, options_from
from sandbox.faults import Faults
from sandbox.keeping import Keep, KeepError
from sandbox.options import Options
from sandbox.run import HaltedError, Sandbox
from tests.e2e.world import until

QUICK = {"FRESHEDGE_SETTLE_SECONDS": "0.2"}


def options(**more: object) -> Options:
    told: dict[str, object] = {"port": 0, "aws_port": 0, "edge_port": 0, "environment": QUICK, "effect_seconds": 0.1}
    return Options(**(told | more))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox with the sample sites; nothing of it is left running afterwards."""
    before = set(threading.enumerate())
    made = Sandbox(options())
    made.start()
    yield made
    made.stop()
    assert {thread.name for thread in set(threading.enumerate()) - before} == set()


def get(sandbox: Sandbox, path: str) -> str:
    with urllib.request.urlopen(f"{sandbox.url}{path}", timeout=10) as answer:
        return str(answer.read().decode())


def post(sandbox: Sandbox, path: str, **form: str) -> str:
    """Send a form as a page of the dashboard does, and return the page that it leads to."""
    body = urllib.parse.urlencode(form).encode()
    headers = {"Origin": sandbox.url, "Sec-Fetch-Site": "same-origin"}
    with urllib.request.urlopen(urllib.request.Request(f"{sandbox.url}{path}", body, headers), timeout=10) as answer:
        return str(answer.read().decode())


def test_the_sites_are_linked_properly_with_a_fault_and_not_at_all(sandbox: Sandbox) -> None:
    states = {name: sandbox.services.linking.link(name).state for name in ("blog-site", "app-site", "docs-site")}
    assert states == {"blog-site": "linked", "app-site": "faulty", "docs-site": "unlinked"}
    items = sandbox.services.inventory.buckets().items
    assert {one.name: one.state for one in items} == states, "the first list is as old as the making of the sites"
    faults = [item for item in sandbox.services.linking.link("app-site").health if item.severity == "fault"]
    assert all(item.repairable for item in faults)


def test_every_page_of_every_site_is_served_by_the_edge(sandbox: Sandbox) -> None:
    page = get(sandbox, "/demo")
    addresses = set(re.findall(r'href="(http://[a-z0-9]+\.localhost:\d+/)"', page))
    assert len(addresses) == 3
    for address in addresses:
        host = urllib.parse.urlsplit(address).netloc
        asked = urllib.request.Request(f"http://127.0.0.1:{sandbox.edge_port}/", headers={"Host": host})
        with urllib.request.urlopen(asked, timeout=10) as answer:
            text = answer.read().decode()
        assert "Published <time>" in text
        for link in re.findall(r'(?:href|src)="(/[^"]*)"', text):
            again = urllib.request.Request(f"http://127.0.0.1:{sandbox.edge_port}{link}", headers={"Host": host})
            with urllib.request.urlopen(again, timeout=10) as answer:
                assert answer.status == 200, link


def test_a_change_is_published_seen_stale_and_then_fresh_with_its_invalidation(sandbox: Sandbox) -> None:
    sandbox.faults.set(throttle=True)
    page = post(sandbox, "/demo/publish", site="blog", change="headline", text='<b>"Hello"</b> & more')
    assert '<b>"Hello"</b>' not in page
    assert "&lt;b&gt;&#34;Hello&#34;&lt;/b&gt; &amp; more" in page
    assert "differ" in page
    assert "CloudFront throttles" in get(sandbox, "/demo/live"), "what is switched on is said"
    sandbox.faults.reset()
    live = until(lambda: (text := get(sandbox, "/demo/live")) and "after the upload" in text and text, "they agree")
    assert "differ" not in live
    shown = until(lambda: re.search(r'href="(/invalidations/[^"]+)"', get(sandbox, "/demo/live")), "its invalidation")
    assert "blog-site" in get(sandbox, shown[1])


def test_an_upload_by_another_tool_is_seen_on_the_page_too(sandbox: Sandbox) -> None:
    get(sandbox, "/demo/live")
    put = sandbox.clients.s3.put_object
    put(Bucket="docs-site", Key="site/index.html", Body=b"<h1>By hand</h1>", ContentType="text/html")
    live = get(sandbox, "/demo/live")
    assert "By hand" in live
    assert "differ" in live


def test_what_an_unlinked_site_publishes_stays_stale_and_the_page_says_how_to_mend_it(sandbox: Sandbox) -> None:
    page = post(sandbox, "/demo/publish", site="docs", change="title", text="Another title")
    assert "differ" in page
    assert "The edge still serves an old page. Nobody tells the edge about changes here." in page
    assert "/links/new?bucket=docs-site" in page


def test_a_deletion_that_no_event_tells_of_is_stale_and_the_page_says_why(sandbox: Sandbox) -> None:
    post(sandbox, "/demo/publish", site="app", change="ship")
    until(lambda: "after the upload" in get(sandbox, "/demo/live"), "the build is live")
    post(sandbox, "/demo/publish", site="app", change="clean")
    live = until(lambda: (text := get(sandbox, "/demo/live")) and "stale" in text and text, "it is found out")
    assert "s3:ObjectRemoved:*" in live


@pytest.mark.parametrize(
    ("site", "change"),
    [
        ("blog", "post"),
        ("blog", "delete"),
        ("blog", "redeploy"),
        ("app", "ship"),
        ("app", "clean"),
        ("docs", "pages"),
    ],
)
def test_every_button_publishes(sandbox: Sandbox, site: str, change: str) -> None:
    page = post(sandbox, "/demo/publish", site=site, change=change)
    assert f"<b>{site}-site</b>: " in page


@pytest.mark.parametrize(("site", "change"), [("none", "headline"), ("blog", "none"), ("", "")])
def test_a_change_that_does_not_exist_is_refused_in_a_sentence(sandbox: Sandbox, site: str, change: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        post(sandbox, "/demo/publish", site=site, change=change)
    with refused.value as answer:
        assert answer.code == 422
        assert "Traceback" not in answer.read().decode()


def test_faults_are_switched_by_the_form_and_all_off_by_one_button(sandbox: Sandbox) -> None:
    page = post(sandbox, "/demo/faults", too_many="1", delay_events_s="5", repeat_events="2", throttle="bogus")
    assert sandbox.faults.now == Faults(too_many=True, delay_events_s=5, repeat_events=2)
    assert "Too many in progress" in page
    post(sandbox, "/demo/faults/reset")
    assert sandbox.faults.now == Faults()


def test_a_form_of_another_site_is_refused(sandbox: Sandbox) -> None:
    asked = urllib.request.Request(f"{sandbox.url}/demo/faults", b"throttle=1", {"Origin": "http://evil.example"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(asked, timeout=10)
    with refused.value as answer:
        assert answer.code == 403
    assert sandbox.faults.now == Faults()


def test_a_taken_port_is_named_with_its_variable(sandbox: Sandbox) -> None:
    for more, name in (
        ({"port": sandbox.port}, "PORT"),
        ({"aws_port": sandbox.aws_port}, "AWS_PORT"),
        ({"edge_port": sandbox.edge_port}, "EDGE_PORT"),
    ):
        with pytest.raises(PortInUseError, match=rf"{next(iter(more.values()))}.*\b{name}\b"):
            Sandbox(options(**more)).start()
    assert get(sandbox, "/healthz"), "a second sandbox harmed the first"


def test_a_start_that_is_halted_leaves_nothing_behind(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    halted = Sandbox(options(data=tmp_path / "data"))
    halted.halt()
    with pytest.raises(HaltedError):
        halted.start()
    assert set(threading.enumerate()) <= before
    assert not (tmp_path / "data").exists()


def test_the_greeting_names_every_address_and_three_lines_to_copy(sandbox: Sandbox) -> None:
    text = greeting(sandbox)
    assert all(address in text for address in (sandbox.url, sandbox.aws_url, sandbox.edge_host))
    assert len([line for line in text.splitlines() if line.startswith(("export ", "echo ", "aws "))]) == 3


@pytest.mark.parametrize("text", ["http", "-1", "65536", "8000.5"])
def test_a_port_that_is_none_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(BadInputError, match="EDGE_PORT"):
        options_from({"EDGE_PORT": text}, None)


def test_settings_come_from_the_environment() -> None:
    told = options_from({"PORT": "9000", "FRESHEDGE_SETTLE_SECONDS": "2", "HOME": "/"}, None)
    assert (told.port, told.aws_port) == (9000, 8001)
    assert told.environment == {"FRESHEDGE_SETTLE_SECONDS": "2"}


def test_a_folder_is_kept_by_one_at_a_time(tmp_path: Path) -> None:
    first = Keep(tmp_path / "data")
    with pytest.raises(KeepError, match="Another demo"):
        Keep(tmp_path / "data")
    first.close()
    Keep(tmp_path / "data").close()


def test_a_folder_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeepError, match="can't be used"):
        Keep(tmp_path / "file" / "data")
