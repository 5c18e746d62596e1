"""Reading pages as a browser without JavaScript would: their text, links and forms, and whether they are sound."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
NONE = "\N{EN DASH}"
"""What stands where there is nothing to show."""

MINUS = "\N{MINUS SIGN}"


@dataclass
class Element:
    """An element: its name, attributes, and all text inside it."""

    name: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text, its spaces folded."""
        return " ".join("".join(self.texts).split())

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute."""
        return self.attributes.get(name, default)

    def inside(self, name: str) -> "Element | None":
        """Return the closest element of that name around this one."""
        around = self.parent
        while around is not None and around.name != name:
            around = around.parent
        return around


class Document(HTMLParser):
    """A page, parsed; an element that is closed wrongly, or never, is an error."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()
        assert not self._open, f"never closed: {[each.name for each in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> says an attribute twice: {names}"
        element = Element(tag, {name: value or "" for name, value in attrs}, self._open[-1] if self._open else None)
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1].name == tag, f"</{tag}> closes <{self._open[-1].name}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.texts.append(data)

    def all(self, name: str, **attributes: str) -> list[Element]:
        """Return the elements of that name whose attributes say that; `_` in a name stands for `-`."""
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [
            each
            for each in self.elements
            if each.name == name and all(each.attributes.get(key) == value for key, value in wanted.items())
        ]

    def one(self, name: str, **attributes: str) -> Element:
        """Return the only one."""
        found = self.all(name, **attributes)
        assert len(found) == 1, f"{len(found)} of <{name} {attributes}>"
        return found[0]

    def by_id(self, identifier: str) -> Element:
        """Return the element with that id."""
        found = [each for each in self.elements if each.get("id") == identifier]
        assert len(found) == 1, f"{len(found)} elements with id {identifier}"
        return found[0]

    @property
    def text(self) -> str:
        """All text of the page that people read."""
        return self.one("main").text

    def form(self, action: str, holding: str | None = None) -> "Form":
        """Return the form that is sent to that address, and holds that field."""
        forms = [
            Form(each.get("method", "get"), action, self._fields(each)) for each in self.all("form", action=action)
        ]
        found = [form for form in forms if holding is None or holding in form.fields]
        assert len(found) == 1, f"{len(found)} forms to {action}"
        return found[0]

    def _fields(self, form: Element) -> dict[str, list[str]]:
        fields: dict[str, list[str]] = {}
        for each in self.elements:
            if each.name not in ("input", "textarea", "select") or each.inside("form") is not form:
                continue
            kind = each.get("type")
            if kind in ("checkbox", "radio") and "checked" not in each.attributes:
                continue
            value = each.get("value")
            if each.name == "textarea":
                value = "".join(each.texts)
            if each.name == "select":
                options = [o for o in self.all("option") if o.inside("select") is each]
                value = next((o.get("value") for o in options if "selected" in o.attributes), options[0].get("value"))
            fields.setdefault(each.get("name"), []).append(value)
        return fields


@dataclass
class Form:
    """A form as it would be sent untouched."""

    method: str
    action: str
    fields: dict[str, list[str]]

    def filled(self, **values: str | list[str]) -> dict[str, list[str]]:
        """Return what is sent once some fields are filled in."""
        changed = {name: [value] if isinstance(value, str) else value for name, value in values.items()}
        unknown = set(changed) - set(self.fields)
        assert not unknown, f"{self.action} has no field {unknown}, but {set(self.fields)}"
        return {**self.fields, **changed}
