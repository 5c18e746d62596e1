"""The templates and static files as a whole: all of them used, none missing, nothing inline."""

import re
from pathlib import Path

import pytest

from tests.web.pages.conftest import Browser
from tests.web.pages.html import Document
from tests.web.pages.twin import World
from web.pages.templating import STATIC, make_environment, static, template_directory

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted(p.relative_to(template_directory()).as_posix() for p in template_directory().rglob("*.html"))
SOURCES = "\n".join(p.read_text("utf8") for p in (ROOT / "web").rglob("*.py"))
MARKUP = "\n".join(p.read_text("utf8") for p in template_directory().rglob("*.html"))
STYLE = (STATIC / "app.css").read_text("utf8")
SCRIPT = (STATIC / "app.js").read_text("utf8")
STATES = {"fresh", "moving", "waiting", "faulty", "paused", "unknown", "added", "removed", "stays"}
"""Classes that pages take from values: states and signs."""


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_template_is_used_and_compiles(name: str) -> None:
    assert f'"{name}"' in SOURCES + MARKUP
    assert make_environment().get_template(name)


def test_each_static_reference_exists() -> None:
    names = set(re.findall(r"static\('([^']+)'\)", MARKUP))
    assert len(names) == 4
    for name in names:
        assert (STATIC / name).is_file(), name
        assert static(name).startswith(f"/static/{name}?v=")


def test_static_files_are_served_with_the_policy(browser: Browser) -> None:
    answer = browser.client.get(static("app.css"))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/css")
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_every_class_of_a_template_has_a_style() -> None:
    said = set()
    for value in re.findall(r'class="([^"]*)"', MARKUP):
        said |= set(re.sub(r"\{\{.*?\}\}", " ", value).split())
        said |= set(re.findall(r"'([a-z-]+)'", value))
    styled = set(re.findall(r"\.([a-z][a-z-]*)", STYLE))
    assert not {name for name in said if name not in styled}


def test_every_style_is_of_a_class_that_a_template_says() -> None:
    styled = set(re.findall(r"\.([a-z][a-z-]*)", STYLE))
    words = set(re.findall(r"[a-z][a-z-]*", MARKUP))
    assert not styled - words - STATES


def test_every_colour_is_a_token_and_every_token_is_used() -> None:
    tokens = set(re.findall(r"(--[a-z-]+):", STYLE))
    used = set(re.findall(r"var\((--[a-z-]+)\)", STYLE))
    assert used == tokens
    body = STYLE.split("*,\n*::before", 1)[1].split("@media print", 1)[0]
    assert not re.findall(r"#[0-9a-f]{3,6}\b", body)


def luminance(colour: str) -> float:
    """Relative luminance of a colour, as WCAG 2.2 defines it."""
    digits = colour.lstrip("#")
    digits = "".join(2 * d for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_has_contrast_enough_on_every_ground(theme: str) -> None:
    light, dark = (dict(re.findall(r"(--[a-z-]+): (#[0-9a-f]{3,6});", block)) for block in STYLE.split(":root {")[1:3])
    tokens = light if theme == "light" else {**light, **dark}
    texts = ["ink", "soft", "faint", "accent", "accent-strong", "fresh", "moving", "waiting", "faulty", "paused"]
    for text in texts:
        for ground in ("ground", "panel", "sunken"):
            assert contrast(tokens[f"--{text}"], tokens[f"--{ground}"]) >= 4.5, (text, ground)
    for ground in ("fresh-ground", "moving-ground", "waiting-ground", "faulty-ground"):
        for text in ("ink", "soft", "accent", "faint"):
            assert contrast(tokens[f"--{text}"], tokens[f"--{ground}"]) >= 4.5, (text, ground)
    assert contrast(tokens["--on-accent"], tokens["--accent"]) >= 4.5
    assert contrast(tokens["--faulty"], tokens["--faulty-ground"]) >= 4.5
    assert contrast(tokens["--line-strong"], tokens["--ground"]) >= 3, "edges of fields (WCAG 1.4.11)"


def test_every_page_is_sound(browser: Browser, world: World) -> None:
    urls = ["/", "/buckets", "/links", "/links/new", "/distributions", "/invalidations", "/failures"]
    urls += ["/about", "/about/design", "/nothing"]
    urls += [f"/links/{name}{then}" for name in world.buckets for then in ("", "/unlink")]
    urls += [f"/distributions/{one}" for one in world.distributions]
    urls += [f"/invalidations/{one.id}" for one in world.history]
    for url in urls:
        answer = browser.client.get(url)
        sound(url, Document(answer.text))


def sound(url: str, page: Document) -> None:
    """Every field has a label, every button and link a name, every id is there once, headings don't skip."""
    ids = [each.get("id") for each in page.elements if each.get("id")]
    assert len(ids) == len(set(ids)), f"{url}: an id twice"
    labelled = {each.get("for") for each in page.all("label")}
    for each in page.elements:
        if each.name in ("input", "select", "textarea") and each.get("type") != "hidden":
            assert each.get("id") in labelled or each.inside("label"), (
                f"{url}: <{each.name} {each.attributes}> has no label"
            )
        if each.name in ("a", "button"):
            assert each.text or each.get("aria-label"), f"{url}: <{each.name} {each.attributes}> has no name"
        for name in ("aria-labelledby", "aria-describedby"):
            assert all(word in ids for word in each.get(name).split()), f"{url}: {name} names nothing"
        assert each.name != "style", f"{url}: inline style"
        assert "style" not in each.attributes, f"{url}: inline style"
        if each.name == "script":
            assert each.get("src").startswith("/static/"), f"{url}: inline script"
    assert len(page.all("h1")) == 1, url
    assert [each.get("id") for each in page.elements if each.get("aria-live")] == ["live"], f"{url}: one live region"


def test_no_paragraph_holds_what_a_browser_would_move_out_of_it(browser: Browser, world: World) -> None:
    """Browsers close a `p` before any of these, and leave an empty one behind (HTML Standard, 13.2.6.4.7)."""
    blocks = {"div", "dl", "details", "fieldset", "figure", "form", "h1", "h2", "h3", "ol", "p", "pre", "table", "ul"}
    urls = ["/", "/buckets", "/links", "/links/new", "/distributions", "/invalidations", "/failures", "/about"]
    urls += ["/about/design", "/nothing", "/links/press-kit", "/links/press-kit/unlink", "/links/blog-2026"]
    urls += [f"/distributions/{next(iter(world.distributions))}", f"/invalidations/{world.history[0].id}"]
    for url in urls:
        page = Document(browser.client.get(url).text)
        moved = [each for each in page.elements if each.name in blocks and each.inside("p")]
        assert not moved, f"{url}: <{moved[0].name} {moved[0].attributes}> stands in a paragraph"
