"""The page: what it says, that nothing hides or escapes, that it loads nothing."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.case import Case
from scheduler.exchange.board import SHEET_UNITS, boards
from scheduler.exchange.board_layout import Box, Lane, lay_out
from scheduler.exchange.page import PageSummary, UnmetLine, render_roster
from scheduler.exchange.words import apart, hours, version_of
from scheduler.timegrid import Span
from scheduler.view import View
from tests.build import WORKDAYS, clinician, group, instance, instance_json, meet, participant, roster, run, view, windows
from tests.exchange.weeks import medium_instance, medium_roster

SUMMARY = PageSummary(
    "Completed in 14 s",
    "Care: nothing better exists (proven).",
    "Comfort: at most 1.8 % below the best possible.",
    (UnmetLine("p16", "90 min below 9 h", "All evening blocks are full.", ("Open Fri 17:30: 90 min more",)),),
)
QUIET = PageSummary("Completed", "Care: proven.", "Comfort: proven.")


class Text(HTMLParser):
    """Collects tags and the words of a page, and the text of every table row."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.rows: list[str] = []
        self.is_in_row = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append("")
            self.is_in_row = True

    def handle_endtag(self, tag: str) -> None:
        self.is_in_row = self.is_in_row and tag != "tr"

    def handle_data(self, data: str) -> None:
        self.words += data
        if self.is_in_row:
            self.rows[-1] = " ".join(f"{self.rows[-1]} {data}".split())


def test_the_page_tells_quality_unmet_care_and_hours() -> None:
    """Sentences as given, the participant by label, hours and load as worked out by hand."""
    page = Text(render_roster(medium_instance(), medium_roster(), SUMMARY))
    words = " ".join(page.words.split())
    for said in (SUMMARY.status_line, SUMMARY.care_line, SUMMARY.comfort_line, "E.M. 90 min below 9 h", "Open Fri 17:30: 90 min more"):
        assert said in words
    assert "Week of November 30, 2026" in words
    assert "16 participants · 4 clinicians · 7 group sessions · 19 appointments" in words
    # Three blocks of 180 and one of 50; Phase 2 wants 10 h. E.M. has three blocks and a family session of 60.
    assert "T.R. Phase 2 8:00 individual 9:00 Process 12:05 screen 9:00 CBT skills 9:00 Relapse prevention 9 h 50 of 10 h" in page.rows
    assert any(row.startswith("E.M. Phase 1") and row.endswith("10 h of 9 h to 12 h") for row in page.rows)
    # M. Ortiz: 180 with eight people; 50 on Mon, Tue twice, Thu with four of them; twice 30 on Fri, once with a ninth.
    assert "M. Ortiz 3 h 50 1 h 40 50 min 1 h 1 6 9 7 h 20 of at most 25 h" in page.rows


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        ({"floor": 540, "ceiling": 720}, "3 h of 9 h to 12 h 6 h short"),
        ({"floor": 120, "target": 200, "ceiling": 720}, "3 h of 3 h 20"),
        ({"floor": 180, "ceiling": 180}, "3 h of 3 h"),
        ({"floor": 0, "ceiling": 240}, "3 h of at most 4 h"),
        ({"floor": 0, "ceiling": 0}, "3 h"),
    ],
)
def test_hours_stand_against_what_was_ordered(minutes: dict[str, int], said: str) -> None:
    """One block of 180 against a band, a target, one number, a ceiling, nothing."""
    made = instance(participants=[participant("ana", order={"minutes": minutes})], groups=[group("g")])
    page = Text(render_roster(made, roster(run("g", "mon", "09:00", ("ana",))), QUIET))
    assert f"ana 9:00 g {said}" in page.rows
    assert "None: everyone gets what was ordered." in page.words


def test_an_empty_week_has_a_page() -> None:
    """No sessions, and people with nothing."""
    assert "0 group sessions" in render_roster(instance(), roster(), QUIET)


def test_labels_with_markup_are_text() -> None:
    """No label becomes a tag or an attribute."""
    label = '"><em>Loud</em><em title=x lang="en">'
    made = medium_instance()
    made = made.model_copy(
        update={
            "program": made.program.model_copy(update={"label": label}),
            "participants": tuple(p.model_copy(update={"label": label}) for p in made.participants),
            "clinicians": tuple(c.model_copy(update={"label": label}) for c in made.clinicians),
            "groups": tuple(g.model_copy(update={"label": label}) for g in made.groups),
            "rooms": tuple(r.model_copy(update={"label": label}) for r in made.rooms),
            "phases": tuple(p.model_copy(update={"label": label}) for p in made.phases),
        }
    )
    summary = PageSummary(label, label, label, (UnmetLine(label, label, label, (label,)),))
    page = render_roster(made, medium_roster(), summary)
    assert "<em" not in page
    assert page.count("Loud") > 100
    shown = Text(page)
    assert "em" not in {tag for tag, _ in shown.tags}
    assert not any(attributes.get("title") == "x" for _, attributes in shown.tags)
    assert label in shown.words


def test_the_page_loads_nothing_and_forbids_itself_to() -> None:
    """One file: no address, no script, no frame, a strict policy."""
    page = render_roster(medium_instance(), medium_roster(), SUMMARY)
    assert "default-src 'none'" in page
    assert not re.search(r"https?://|url\(|@import|<(script|link|iframe|img)\b", page)


def test_the_page_can_be_read_without_eyes() -> None:
    """A language, one main heading, scoped table headers, no heading skipped, ids once."""
    tags = Text(render_roster(medium_instance(), medium_roster(), SUMMARY)).tags
    levels = [int(tag[1]) for tag, _ in tags if re.fullmatch(r"h[1-6]", tag)]
    assert ("html", {"lang": "en"}) in tags
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(a.get("scope") in ("col", "row") for tag, a in tags if tag == "th")
    ids = [a["id"] for _, a in tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert {a["aria-labelledby"] for _, a in tags if "aria-labelledby" in a} <= set(ids)


def test_full_groups_are_marked() -> None:
    """Process 8 of 8 and Evening skills 8 of 8, no other."""
    [board] = boards(View(Case(medium_instance()), medium_roster()))
    slips = [slip for day in board.days for slip in day.slips]
    assert [(s.title, s.seats) for s in slips if s.is_full] == [("Process", "8/8"), ("Evening skills", "8/8")]
    assert board.hours == tuple(range(8, 21))
    assert [s.where for s in slips if s.title == "I.J."][-1] == "Telehealth"


def test_short_slips_are_low() -> None:
    """Half an hour and less are drawn with two lines, 50 minutes with three."""
    [board] = boards(View(Case(medium_instance()), medium_roster()))
    low = {(slip.start, slip.end) for day in board.days for slip in day.slips if slip.is_low}
    assert low == {("12:05", "12:20"), ("9:00", "9:30"), ("9:30", "10:00")}


def test_each_site_has_its_board() -> None:
    """Two sites and telehealth: three boards, each with its sessions."""
    sites = [{"id": s, "label": s.upper(), "hours": windows()} for s in ("s1", "s2")]
    made = instance(program=instance_json()["program"] | {"sites": sites}, clinicians=[clinician("dan")])
    plan = (meet("ana", "mon", "09:00"), meet("ben", "mon", "09:00", site="s2"), meet("ana@home", "tue", "09:00", ordinal=2))
    found = boards(view(made, *plan))
    assert [(b.title, [s.title for d in b.days for s in d.slips]) for b in found] == [
        ("S1", ["ana"]),
        ("S2", ["ben"]),
        ("Telehealth", ["ana"]),
    ]


def test_a_crowded_week_is_spread_over_sheets() -> None:
    """Seven at a time on five days are 35 units: two sheets, no day lost."""
    people = [participant(f"p{n}") for n in range(35)]
    plan = [meet(f"p{n}", WORKDAYS[n % 5], "09:00") for n in range(35)]
    found = boards(view(instance(participants=people), *plan))
    assert [b.title for b in found] == ["Mon to Wed", "Thu to Fri"]
    assert [d.name for b in found for d in b.days] == ["Mon", "Tue", "Wed", "Thu", "Fri"]
    assert all(b.units <= SHEET_UNITS for b in found)


def test_a_session_on_sunday_is_on_the_board() -> None:
    """The weekend is shown when it is used."""
    [board] = boards(view(instance(), meet("ana", "sun", "09:00")))
    assert [d.name for d in board.days] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sun"]


SPANS = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 600), st.integers(5, 240))
BLOCKS = st.lists(st.builds(Box, SPANS, st.sampled_from((1, 2))), max_size=25)


@given(BLOCKS, st.integers(1, 4))
def test_no_block_hides_another(blocks: list[Box], fewest: int) -> None:
    """Every block stands inside the day, at least as wide as asked, alone in its place."""
    units, places = lay_out(blocks, fewest)
    assert units >= fewest
    for n, (block, place) in enumerate(zip(blocks, places, strict=True)):
        assert (place.span, 0 <= place.first < place.end <= units, place.end - place.first >= block.width) == (block.span, True, True)
        assert not any(place.hides(other) for other in places[n + 1 :])


def test_lanes_by_hand() -> None:
    """A group on the left, an appointment beside it on the right, a later one widened over the free unit."""
    blocks = [Box(Span(0, 180), 2), Box(Span(60, 110), 1), Box(Span(180, 230), 1)]
    assert lay_out(blocks, 3) == (3, (Lane(Span(0, 180), 0, 2), Lane(Span(60, 110), 2, 3), Lane(Span(180, 230), 1, 3)))


@pytest.mark.parametrize(("minutes", "said"), [(0, "0 h"), (50, "50 min"), (60, "1 h"), (65, "1 h 05"), (590, "9 h 50")])
def test_hours_in_words(minutes: int, said: str) -> None:
    """Amounts as people say them."""
    assert hours(minutes) == said


def test_a_load_is_compared_with_the_limit_of_the_rule() -> None:
    """Cora works ten hours; a quarter of them is not for sessions."""
    week = instance(participants=[participant("ana")], clinicians=[clinician("cora", hours=windows("08:00", "18:00", ("mon",), site="s1"))])
    rows = Text(render_roster(week, roster(meet("ana", "mon", "09:00", facilitators=["cora"])), QUIET)).rows
    assert any("cora" in row and "7 h 30" in row for row in rows)


@pytest.mark.parametrize(
    ("labels", "shown"),
    [
        ({"1042": "A.B.", "1043": "A.B.", "9": "C.D."}, {"1042": "A.B. 1042", "1043": "A.B. 1043", "9": "C.D."}),
        ({"1": "A. B.", "2": "ab"}, {"1": "A. B. 1", "2": "ab 2"}),
        ({"ana": "", "2": "Ana", "3": ""}, {"ana": "", "2": "Ana 2", "3": ""}),
        ({"1": "A.B.", "2": "A.B.", "3": "A.B. 1"}, {"1": "A.B. 1", "2": "A.B. 2", "3": "A.B. 1 3"}),
        ({"1": "*", "2": "*", "3": "?"}, {"1": "* 1", "2": "* 2", "3": "?"}),
        ({"1": "A.B."}, {"1": "A.B."}),
        ({}, {}),
    ],
)
def test_labels_that_read_the_same_carry_ids(labels: dict[str, str], shown: dict[str, str]) -> None:
    """Case and punctuation do not tell people apart, an id does; a label that is another's id or full name gets its own."""
    assert apart(labels) == shown


def test_people_with_the_same_initials_are_told_apart_on_the_page() -> None:
    """Two participants E.M. and two clinicians J. Park: in their rows, on the board and above unmet care. Others keep short names."""
    made = medium_instance()
    same = {"p01": "E.M.", "mo": "J. Park"}
    made = made.model_copy(
        update={
            name: tuple(p.model_copy(update={"label": same.get(p.id, p.label)}) for p in getattr(made, name))
            for name in ("participants", "clinicians")
        }
    )
    page = Text(render_roster(made, medium_roster(), SUMMARY))
    words = " ".join(page.words.split())
    assert "E.M. p16 90 min below 9 h" in words
    assert {row.split(" Phase")[0] for row in page.rows if row.startswith("E.M.")} == {"E.M. p01", "E.M. p16"}
    assert [row[:10] for row in page.rows if row.startswith("J. Park")] == ["J. Park mo", "J. Park jp"]
    slips = [slip for board in boards(View(Case(made), medium_roster())) for day in board.days for slip in day.slips]
    assert {slip.title for slip in slips if slip.title.startswith("E.M.")} == {"E.M. p01", "E.M. p16"}
    assert {slip.who for slip in slips if "Park" in slip.who} == {"J. Park mo", "J. Park jp"}
    assert any(row.startswith("K.B. Phase") for row in page.rows)


def test_a_page_says_which_version_it_is() -> None:
    """The same code for the same roster, another for another."""
    page, other = (render_roster(instance(), roster(*plan), QUIET) for plan in ((), (meet("ana", "mon", "09:00"),)))
    [version], [another] = (re.findall(r"version ([0-9a-f]{8})<", text) for text in (page, other))
    assert version == version_of(roster())
    assert another != version
