"""An uploaded workbook before it is imported: what is wrong with it, what it asks, and what would be in the program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final, NamedTuple

from api.pages.plan.names import KINDS, StaffNames
from api.pages.words import clock, duration
from api.spreadsheets.models import BookChanges, PastConflictView, SheetFinding, SheetPlace
from api.spreadsheets.workbooks import Upload
from scheduler.exchange.words import apart
from scheduler.instance import GroupStart, Instance
from scheduler.timegrid import WEEKDAYS
from scheduler.words import counted, day_name, joined

FIRST_ROWS: Final = 5
MOST_LISTED: Final = 200
COUNTS: Final = (
    ("participants", "participant"), ("clinicians", "clinician"), ("groups", "group"), ("rooms", "room"), ("services", "service"),
    ("phases", "phase"), ("resources", "resource"), ("relations", "relation"), ("pins", "pin"),
)  # fmt: skip
QUESTIONS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "dates": (
        "Dates such as 1/11/2027 are",
        {"month-first": "month first: January 11", "day-first": "day first: November 1"},
    ),
    "times": ("Times without am or pm that are outside opening hours are", {"pm": "in the afternoon", "am": "as they are written"}),
    "starts": ("A group with starts on several days is", {"each": "one group for each of these days"}),
}
"""The questions that reading a workbook may ask, by field, each with the answers to choose from."""


class Question(NamedTuple):
    """A question about the whole workbook."""

    field: str
    text: str
    answers: Mapping[str, str]


class BrokenRule(NamedTuple):
    """A rule that last week's roster broke, in a sentence, and the rows where it is."""

    sentence: str
    rows: str


class FirstRows(NamedTuple):
    """The first entries of a kind, as read from the workbook."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class BookCheck:
    """What reading a workbook found.

    Attributes:
        answers: The answers given, by field.
        file_text: The file itself, as text, for the next step.
        changes: What an import would do; None: it cannot be imported.
        refusal: Why it cannot be imported although it can be read.
    """

    upload: Upload
    answers: Mapping[str, str]
    file_text: str
    changes: BookChanges | None = None
    refusal: str = ""

    @property
    def answered(self) -> str:
        """The answers given, as one text: an import is of what was shown with them."""
        return " ".join(f"{field}={answer}" for field, answer in self.answers.items())

    @property
    def errors(self) -> tuple[SheetFinding, ...]:
        """What must be corrected first."""
        return tuple(finding for finding in self.upload.issues if finding.severity == "error")

    @property
    def warnings(self) -> tuple[SheetFinding, ...]:
        """What is worth a look."""
        return tuple(finding for finding in self.upload.issues if finding.severity != "error")

    @property
    def questions(self) -> tuple[Question, ...]:
        """What the workbook leaves open, and what was answered already."""
        fields = {answer.partition("=")[0] for finding in self.upload.issues for answer in finding.answers} | self.answers.keys()
        return tuple(Question(field, *QUESTIONS[field]) for field in QUESTIONS if field in fields)

    @property
    def counts(self) -> tuple[str, ...]:
        """How many of each kind are in the workbook."""
        return tuple(counted(n, name) for kind, name in COUNTS if (n := len(getattr(self._week, kind))))

    @cached_property
    def broken_rules(self) -> tuple[BrokenRule, ...]:
        """The rules that last week's roster, as it was run, broke."""
        last_week = self.upload.last_week
        return () if last_week is None else tuple(map(self._broken_rule, last_week.conflicts))

    @cached_property
    def first_rows(self) -> tuple[FirstRows, ...]:
        """The first participants, groups and rooms."""
        week, names = self._week, self._names
        people = (
            (names[p.id], names.get(p.phase or "", p.phase or "–"), p.status.replace("_", " ").capitalize()) for p in week.participants
        )
        groups = ((names[g.id], joined(list(map(_start, g.starts))), duration(g.minutes)) for g in week.groups)
        rooms = ((names[r.id], names.get(r.site, r.site), counted(r.seats, "seat")) for r in week.rooms)
        return (
            FirstRows("Participants", ("Participant", "Phase", "Status"), tuple(islice(people, FIRST_ROWS))),
            FirstRows("Groups", ("Group", "Begins", "Length"), tuple(islice(groups, FIRST_ROWS))),
            FirstRows("Rooms", ("Room", "Site", "Size"), tuple(islice(rooms, FIRST_ROWS))),
        )

    @property
    def not_taken(self) -> tuple[tuple[str, str], ...]:
        """What would not be imported: where it is, and what to do instead."""
        names, left = StaffNames(self._names), () if self.changes is None else self.changes.not_taken[:MOST_LISTED]
        return tuple((", ".join(filter(None, (one.sheet, names.written(one.id), one.column))), one.instead) for one in left)

    @property
    def _week(self) -> Instance:
        assert self.upload.instance is not None, "read only for a workbook that could be read"
        return self.upload.instance

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return names_in(self._week)

    def _broken_rule(self, conflict: PastConflictView) -> BrokenRule:
        return BrokenRule(StaffNames(self._names).written(conflict.message), joined(list(_rows(conflict.places))))


def names_in(week: Instance) -> Mapping[str, str]:
    """The names of what is in a week, by id; where two kinds have the same id, that of the first."""
    names: dict[str, str] = {}
    for kind in reversed(KINDS):
        things = week.program.sites if kind == "sites" else getattr(week, kind)
        labels = {thing.id: (thing.label or "").strip() for thing in things}
        names |= {id: label or id for id, label in (apart(labels) if kind in ("participants", "clinicians") else labels).items()}
    return names


def _start(start: GroupStart) -> str:
    return f"{day_name(WEEKDAYS.index(start.day))} {clock(start.time)}"


def _rows(places: tuple[SheetPlace, ...]) -> Iterator[str]:
    """The rows of places in words, e.g. Last week, row 7."""
    yield from dict.fromkeys(f"{place.sheet}, row {place.row}" for place in places if place.row)
