"""A built site, read as a browser would: all links work, and nothing is loaded from another host."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {"src", "srcset", "poster", "data"}
"""Attributes whose address is fetched without a click; so is the `href` of a `link` element, unless it is a mere relation."""
RELATIONS = {"prev", "next", "canonical", "alternate"}
FETCHED_BY_STYLE = re.compile(r"""(?:url\(|@import)\s*["']?(https?:)?//""")


@dataclass
class _Page(HTMLParser):
    """The ids and addresses of one page."""

    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids |= {given[name] for name in ("id", "name") if name in given}
        self.loads += [given[name] for name in LOADED & given.keys()]
        if "href" in given:
            is_loaded = tag == "link" and given.get("rel") not in RELATIONS
            (self.loads if is_loaded else self.links).append(given["href"])


def problems_of(site: Path) -> list[str]:
    """Every broken link, missing anchor and foreign request of a site, each with its page."""
    pages = {path: _read(path) for path in sorted(site.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        here = path.relative_to(site)
        found += [f"{here}: loads {address} from another host" for address in page.loads if urlsplit(address).netloc]
        for address in (*page.links, *page.loads):
            if (problem := _problem(path, address, pages)) is not None:
                found.append(f"{here}: {problem}")
    for path in sorted(site.rglob("*.css")):
        if FETCHED_BY_STYLE.search(path.read_text(encoding="utf-8")):
            found.append(f"{path.relative_to(site)}: loads a file from another host")
    return found


def _read(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def _problem(path: Path, address: str, pages: dict[Path, _Page]) -> str | None:
    """What is wrong with an address of this page; those of other hosts are not followed."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or parts.path.startswith("/"):
        return None
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file():
        return f"{address} does not exist"
    if parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids | {"__skip"}:
        return f"{address} has no such anchor"
    return None
