"""The page in a real browser: nothing leaves its cell, and no slip loses its time or room, on screens and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.exchange.page import PageSummary, UnmetLine, render_roster
from scheduler.instance import Instance
from tests.api.pages.chromium import Medium, Tab, chromium, find_chromium
from tests.exchange.weeks import medium_instance, medium_roster

pytestmark = [pytest.mark.browser, pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine")]

LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh"
LABELS = {
    "participants": lambda id: "E.M." if int(id[1:]) % 2 else LONG,
    "clinicians": lambda id: f"Dr. Maria {LONG}",
    "groups": lambda id: f"Dialektischbehavioraltherapieskillstraining {id}, distress tolerance and emotion regulation",
    "rooms": lambda id: f"Multipurposecommunityroom {id[1:]}",
    "phases": lambda id: LONG,
}
PAPERS = {"A4": 1047, "Letter": 980}
"""Widths of landscape pages between their margins of 10 mm, in pixels of CSS."""
BURST = """
[...document.querySelectorAll('th, td, h1, h2, h3, article p, .quality')]
  .filter(e => e.scrollWidth > e.clientWidth + 1 && !e.matches('.hidden')).map(e => e.textContent.trim())
"""
LOST = """
[...document.querySelectorAll('.slip')].flatMap(slip => ['.time', '.where', '.where > :last-child'].filter(part => {
  const inside = slip.firstElementChild.getBoundingClientRect(), box = slip.querySelector(part).getBoundingClientRect();
  return box.width < 4 || box.right > inside.right + 1 || box.bottom > inside.bottom + 1.5;
}).map(part => `${part} of ${slip.title}`))
"""
ALIKE = (
    "(names => names.filter((name, i) => names.indexOf(name) !== i))([...document.querySelectorAll('tbody th')].map(e => e.textContent))"
)


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    folder = tmp_path_factory.mktemp("page")
    page = folder / "roster.html"
    page.write_text(render_roster(long_labels(), medium_roster(), SUMMARY), encoding="utf-8")
    with chromium() as tab:
        tab.open(Path(page).as_uri())
        yield tab


SUMMARY = PageSummary(LONG * 3, "Care: proven.", "Comfort: proven.", (UnmetLine("p16", "90 min below 9 h", LONG * 9, (LONG * 9,)),))


def long_labels() -> Instance:
    """The medium week with very long names, and participants with the same initials."""
    made = medium_instance()
    update = {name: tuple(one.model_copy(update={"label": label(one.id)}) for one in getattr(made, name)) for name, label in LABELS.items()}
    return made.model_copy(update=update)


@pytest.mark.parametrize(("width", "medium"), [(1300, "screen"), (1000, "screen"), *((width, "print") for width in PAPERS.values())])
def test_nothing_leaves_its_cell_and_every_slip_keeps_time_and_room(tab: Tab, width: int, medium: Medium) -> None:
    tab.be(width, medium=medium)
    tab.wait_for_paint()
    assert tab.look(BURST) == []
    assert tab.look(LOST) == []
    assert tab.look(ALIKE) == []
    assert not tab.complaints
