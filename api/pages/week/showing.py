"""The page of a board: which roster, arranged how, with a session chosen or not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, Final, Literal, NamedTuple
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse

from api.kernel.errors import Problem
from api.pages.published_week import STATUS_WORDS, WEEK, StaffSession, StaffWeek, monday_of, program_now, read_week
from api.pages.staff import program_url, staff_page, wants_part
from api.pages.week.draft import RosterDifference, difference, read_working
from api.pages.week.drawing import BoardDrawing, changed_days
from api.pages.week.panel import Asker, BrokenRules, Panel, title_of
from api.pages.week.redo import next_of
from api.pages.week.views import By, DayBoard, days_by_clinician, days_by_room, week_of_one
from api.programs.store.labels import ProgramLabels
from api.security.access import Caller
from api.web.addresses import WeekAddress
from api.weeks.store.prepared import RostersOfWeek
from api.weeks.store.seats import group_maximums
from api.weeks.store.session_pins import pinned_sessions
from api.weeks.store.weeks import find_week, published_roster
from api.weeks.store.working import find_working
from scheduler.fields import Id
from scheduler.rule import Violation

KINDS: dict[By, str] = {"room": "rooms", "clinician": "clinicians", "participant": "participants"}

Of = Literal["published", "draft"]

BOARDS: Final = "Board-Versions"
"""The header in which the page that is open says which boards it has."""
OK: Final = 200


class Arrangement(NamedTuple):
    """Which roster a board shows, and how.

    Attributes:
        one: Only this room, clinician or participant.
    """

    of: Of = "published"
    by: By = "room"
    one: str | None = None

    def query(self, **changes: str | None) -> str:
        """The query of an address; what is not said is left out."""
        fields = {"of": self.of if self.of == "draft" else None, "by": self.by, "id": self.one} | changes
        return "?" + urlencode({name: value for name, value in fields.items() if value})


async def _arrangement(
    of: Annotated[Of, Query()] = "published", by: Annotated[By, Query()] = "room", one: Annotated[Id | None, Query(alias="id")] = None
) -> Arrangement:
    return Arrangement(of, by, one)


Arranged = Annotated[Arrangement, Depends(_arrangement)]


@dataclass(frozen=True, slots=True)
class Stale:
    """A change that was not made, because someone else changed the roster first.

    Attributes:
        choice: What was chosen, in words.
        theirs: What is different since, in words.
    """

    choice: str
    theirs: tuple[str, ...]


def week_url(week: WeekAddress, arrangement: Arrangement, path: str = "") -> str:
    """The address of a board, or of a path below it."""
    return program_url(week.program, f"week/{week.monday}{path}{arrangement.query()}")


class BoardPage:
    """The board of a week for one request."""

    def __init__(
        self, session: Session, week: WeekAddress, rosters: RostersOfWeek, caller: Caller, at: datetime, arrangement: Arrangement
    ) -> None:  # fmt: skip
        self._session, self.program, self.monday, self._rosters = session, week.program, week.monday, rosters
        self.caller, self.arrangement = caller, arrangement
        self.now = program_now(session, week.program, at)
        self.labels = ProgramLabels(session, week.program)
        self.may_read, self.may_write = (caller.may(permission, week.program) for permission in ("roster:read", "roster:write"))
        self.working = find_working(session, week.program, week.monday) if self.may_read else None
        self.week = self._read()

    @property
    def shows_draft(self) -> bool:
        """Whether the board shows a draft."""
        return self.working is not None and self.working.is_draft and self.arrangement.of == "draft"

    @property
    def can_change(self) -> bool:
        """Whether what is shown is what the caller may go on changing."""
        return self.may_write and self.working is not None and (self.shows_draft or not self.working.is_draft)

    def asker(self) -> Asker | None:
        """Who answers questions about changes; None if there is nothing to change."""
        if not self.can_change or self.working is None:
            return None
        desk_key = find_week(self._session, self.program, self.monday).desk_key
        return Asker(self._rosters.find(self.working.row), self.labels, desk_key)

    def url(self, path: str = "", arrangement: Arrangement | None = None) -> str:
        """An address of this week, arranged as this board."""
        return week_url(WeekAddress(self.program, self.monday), arrangement or self.arrangement, path)

    def show(
        self, request: Request, *, panel: Panel | None = None, stale: Stale | None = None, undone: str = "",
        status: int = OK,
    ) -> HTMLResponse:  # fmt: skip
        """The whole page; for htmx, only the boards that look different from those of the page that is open.

        Args:
            undone: What can be done again.
        """
        by, one = self.arrangement.by, self.arrangement.one
        drawing, today = self._drawing(), self.now.date()
        days = [drawing.draw_day(day, today) for day in self._boards()]
        versions = request.headers.get(BOARDS, "").split() if wants_part(request) and status == OK else []
        changed = changed_days(days, versions) if versions else None
        return staff_page(
            request, self._session, "week/week.html" if changed is None else "week/changes.html", status=status, stale=stale, undone=undone,
            redo=next_of(undone), days=days, changed=changed, by=by, one=one,
            people=self._people() if by == "participant" and one is None else {}, broken=self._broken(),
            before=self.monday - WEEK, after=self.monday + WEEK, this=monday_of(today),
            **self._shared(panel),
        )  # fmt: skip

    def show_panel(self, request: Request, panel: Panel, status: int = OK) -> HTMLResponse:
        """What is shown about a session, without the board around it."""
        return staff_page(request, self._session, "week/panel.html", status=status, **self._shared(panel))

    def _shared(self, panel: Panel | None) -> dict[str, Any]:
        """What the board and the panel both show."""
        return {"page": self, "week": self.week, "panel": panel, "words": STATUS_WORDS}

    def _drawing(self) -> BoardDrawing:
        """How the sessions look on this board."""
        before, _, after = self.url("/session/*").partition("*")
        return BoardDrawing(
            (before, after),
            self.arrangement.by,
            self.arrangement.one is not None,
            self.seats,
            self.pins,
            self.since.marks if self.shows_draft else {},
            self.fresh if self.shows_draft else frozenset(),
        )

    @cached_property
    def seats(self) -> dict[str, int]:
        """How many people each group takes."""
        row = None if self.working is None else self.working.row
        return group_maximums(self._session, row) if row is not None else {}

    @cached_property
    def pins(self) -> frozenset[str]:
        """The sessions about which something is pinned, for those who may change it."""
        if self.working is None or not self.may_write:
            return frozenset()
        return pinned_sessions(self._session, self.program, self.monday, self.working.document.sessions)

    @cached_property
    def since(self) -> RosterDifference:
        """How the draft differs from what is published."""
        working = self.working
        return RosterDifference() if working is None or working.former is None else difference(working.former, working.document)

    @cached_property
    def fresh(self) -> frozenset[str]:
        """The sessions that the last change by hand concerned."""
        working = self.working
        return frozenset() if working is None or working.parent is None else frozenset(difference(working.parent, working.document).marks)

    @property
    def gone(self) -> list[str]:
        """The sessions that the draft no longer has, in words."""
        former = None if self.working is None else self.working.former
        ids = set(self.since.gone)
        return [] if former is None else [title_of(one, self.labels) for one in former.sessions if one.id in ids]

    def _read(self) -> StaffWeek:
        if self.shows_draft and self.working is not None:
            return read_working(self._session, self.program, self.working, self.now, self.labels)
        return read_week(self._session, self.program, self.monday, self.caller, self.now)

    def _broken(self) -> BrokenRules:
        """The rules that the draft breaks; asked only if it broke some when it was made."""
        if not self.shows_draft or self.working is None or not self.working.entry.violations:
            return BrokenRules()
        try:
            asker = self.asker()
        except Problem:
            return BrokenRules()
        return BrokenRules() if asker is None else asker.broken(self._broken_before())

    def _broken_before(self) -> Collection[Violation]:
        """What is broken in the published week as it is now; nothing if its roster does not fit the week any more."""
        row = published_roster(self._session, self.program, self.monday)
        try:
            return () if row is None else frozenset(self._rosters.find(row).whatif.verdict().violations)
        except Problem:
            return ()

    def _boards(self) -> list[DayBoard]:
        by, one = self.arrangement.by, self.arrangement.one
        if one is not None:
            name = self.labels.of_kind(KINDS[by]).get(one)
            if name is None:
                raise Problem("not_found")
            return [week_of_one(self.week, name, lambda s: _belongs(s, by, one))]
        if by == "participant" or self.week.number is None:
            return []
        days = days_by_room if by == "room" else days_by_clinician
        return list(days(self.labels, self.week, lambda id: self.url(arrangement=self.arrangement._replace(one=id))))

    def _people(self) -> dict[str, str]:
        """The participants to choose from."""
        if not self.may_read:
            return {}
        return dict(sorted(self.labels.of_kind("participants").items(), key=lambda pair: pair[1]))


def _belongs(one: StaffSession, by: By, id: str) -> bool:
    """Whether a session is of a room, a clinician or a participant."""
    match by:
        case "room":
            return one.room == id
        case "clinician":
            return id in one.clinicians
        case "participant":
            return one.booking_of(id) is not None
