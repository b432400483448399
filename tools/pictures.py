"""Pictures of all pages in their states: light, dark, on a tablet, on a telephone and on paper.

Usage, to look at every page after a change of styles or words; `index.html` in the folder shows all of them:

    python -m tools.pictures FOLDER

`python -m tools.pictures --readme` draws those of the README again. Everything is done in the demo at a fixed time, on a real server and in
the system's Chromium, so that the same pages give the same pictures. Look at them before you commit.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from benchmarks.service.server import serving_demo
from tests.api.pages.chromium import Medium, Scheme, Tab, chromium
from tests.api.pages.hand import PATIENCE, Hand
from tools.picture_states import README_STATES, STATES, State

AT: Final = "2027-01-12T10:40"
"""A Tuesday morning: a group of the day before is not marked, one is running, others are still to come."""

DOCS: Final = Path(__file__).parents[1] / "docs"


class View(NamedTuple):
    """How a page is looked at."""

    name: str
    width: int
    scheme: Scheme = "light"
    medium: Medium = "screen"


VIEWS: Final = (
    View("light", 1280), View("dark", 1280, "dark"), View("tablet", 820), View("phone", 390), View("paper", 794, medium="print"),
)  # fmt: skip


@contextmanager
def at_the_desk() -> Iterator[tuple[Tab, Hand]]:
    """A browser in which the demo's director is signed in."""
    with TemporaryDirectory() as folder, serving_demo(Path(folder), AT) as server, chromium() as tab:
        tab.page.set_default_timeout(PATIENCE)
        hand = Hand(tab.page, f"http://{server.host}:{server.port}")
        hand.go("/")
        yield tab, hand


def draw_all(folder: Path, only: str) -> list[str]:
    """Draw all states in all views; the names of the pictures."""
    names = []
    with at_the_desk() as (tab, hand):
        for state in STATES:
            if only in state.name:
                tab.be(1280, 860)
                state.enter(hand)
                names += _draw(tab, folder, state)
    return names


def _draw(tab: Tab, folder: Path, state: State) -> Iterator[str]:
    for view in VIEWS:
        tab.be(view.width, 860, view.scheme, view.medium)
        # As high as the page: what is out of sight is not drawn.
        tab.be(view.width, max(860, tab.look("document.documentElement.scrollHeight")), view.scheme, view.medium)
        tab.wait_for_paint()
        name = f"{state.name}-{view.name}.png"
        tab.page.screenshot(path=folder / name, full_page=True, animations="disabled")
        yield name


def draw_for_readme(folder: Path) -> None:
    """Draw the pictures of the README: the upper part of a page, small."""
    with at_the_desk() as (tab, hand):
        for state in README_STATES:
            tab.be(state.width, state.height)
            state.enter(hand)
            tab.page.screenshot(path=folder / f"{state.name}.png", animations="disabled")


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the pictures, and a page that shows them."""
    parser = argparse.ArgumentParser(prog="python -m tools.pictures", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", default=DOCS, help="where the pictures go")
    parser.add_argument("--readme", action="store_true", help="draw only the pictures of the README")
    parser.add_argument("--only", default="", metavar="TEXT", help="draw only states with this in their names")
    options = parser.parse_args(arguments)
    if options.readme:
        draw_for_readme(options.folder)
        return 0
    options.folder.mkdir(parents=True, exist_ok=True)
    shown = (
        f'<figure><figcaption>{escape(n)}</figcaption><img src="{escape(n)}"></figure>' for n in draw_all(options.folder, options.only)
    )
    (options.folder / "index.html").write_text("<!doctype html>" + "\n".join(shown), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
