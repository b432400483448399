"""Pages read back by a parser of our own libraries: what a browser and a screen reader find in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "hr", "img", "rect", "path", "line", "circle"}
HEADINGS = ("h1", "h2", "h3", "h4")


@dataclass
class Element:
    """An element with its attributes, its children and all its text."""

    tag: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    text: str = ""

    @cached_property
    def descendants(self) -> list[Element]:
        """Everything below, in the order of the page; the page is complete when somebody asks."""
        return [element for child in self.children for element in (child, *child.descendants)]

    def all(self, *tags: str) -> Iterator[Element]:
        return (element for element in self.descendants if not tags or element.tag in tags)

    def of_id(self, id: str) -> Element:
        return next(e for e in self.all() if e.attributes.get("id") == id)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("#root", {})
        self.open = [self.root]
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(set(names)) != len(names):
            self.faults.append(f"{tag} has an attribute twice")
        made = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(made)
        if tag not in VOID:
            self.open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self.open[-1].tag != tag:
            self.faults.append(f"</{tag}> closes <{self.open[-1].tag}>")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data


def read_page(text: str) -> Element:
    """A page as a tree; every element is closed, none has an attribute twice."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.faults == []
    assert [e.tag for e in reader.open] == ["#root"], "everything is closed"
    return reader.root


def faults_of(page: Element, sent_to: tuple[str, ...] = ("/my",)) -> list[str]:
    """Everything a careful reader would complain of.

    Args:
        sent_to: How the addresses begin that forms of these pages may be sent to. Only staff pages have scripts: files of ours.
    """
    return [*_structure(page), *_fields(page, sent_to), *_inline(page, has_scripts=sent_to != ("/my",))]


def _structure(page: Element) -> Iterator[str]:
    if [e.attributes.get("lang") for e in page.all("html")] != ["en"]:
        yield "the page does not say its language"
    for tag in ("title", "main", "h1"):
        if (count := len(list(page.all(tag)))) != 1:
            yield f"{count} of <{tag}>"
    level = 0
    for heading in page.all(*HEADINGS):
        here = int(heading.tag[1])
        if here > level + 1:
            yield f"{heading.tag} comes after h{level}"
        if not heading.text.strip():
            yield "an empty heading"
        level = here
    ids = [e.attributes["id"] for e in page.all() if "id" in e.attributes]
    yield from (f"id {id} twice" for id in set(ids) if ids.count(id) > 1)
    for element in page.all():
        for name in ("aria-labelledby", "aria-describedby", "for"):
            yield from (f"{name} names no {id}" for id in element.attributes.get(name, "").split() if id not in ids)
        if (href := element.attributes.get("href", "")).startswith("#") and href[1:] not in ids:
            yield f"{href} leads nowhere"
    for link in page.all("a", "button"):
        if not link.text.strip():
            yield f"<{link.tag}> without a name"
    named = {id(e) for figure in page.all("figure") if figure.attributes.get("aria-label") for e in figure.all("svg")}
    for drawing in page.all("svg", "img"):
        if id(drawing) in named:
            continue
        if drawing.attributes.get("aria-hidden") != "true" and not drawing.attributes.get("aria-label"):
            yield "a drawing without a name"


def _fields(page: Element, sent_to: tuple[str, ...]) -> Iterator[str]:
    labelled = {label.attributes.get("for") for label in page.all("label")}
    for control in page.all("input", "select", "textarea"):
        if control.attributes.get("type") == "hidden":
            continue
        if control.attributes.get("id") not in labelled and "aria-label" not in control.attributes:
            yield f"field {control.attributes.get('name')} has no label"
        if control.attributes.get("aria-invalid") == "true" and "aria-describedby" not in control.attributes:
            yield f"field {control.attributes.get('name')} does not say what is wrong"
    for form in page.all("form"):
        if form.attributes.get("method") != "post" or not form.attributes.get("action", "").startswith(sent_to):
            yield "a form that is sent elsewhere, or in an address"
        radios = [i for i in form.all("input") if i.attributes.get("type") == "radio"]
        in_sets = {id(i) for group in form.all("fieldset") for i in group.all("input")}
        if any(id(radio) not in in_sets for radio in radios):
            yield "choices without a common name"


def _inline(page: Element, *, has_scripts: bool) -> Iterator[str]:
    for element in page.all("script", "style", "iframe", "object", "embed", "base"):
        is_ours = element.tag == "script" and element.attributes.get("src", "").startswith("/static/") and not element.text.strip()
        if not (has_scripts and is_ours):
            yield f"<{element.tag}>"
    for element in page.all():
        yield from (f"{element.tag} has {name}" for name in element.attributes if name == "style" or name.startswith("on"))
        for name in ("src", "action"):
            if element.attributes.get(name, "/").partition("/")[0]:
                yield f"{element.tag} fetches {element.attributes[name]}"
    for link in page.all("link"):
        if not link.attributes["href"].startswith("/static/"):
            yield f"the page fetches {link.attributes['href']}"
