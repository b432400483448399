"""A week of a program: generate, edit, publish, record who came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from api.attendance.models import (
    AttendanceItem,
    AttendanceList,
    AttendanceView,
    LateNotice,
    LateNoticeView,
    OutreachRecord,
    OutreachView,
    ParticipantMinutes,
)
from api.client.wire import Versioned, Wire, items, read, versioned
from api.disruptions.models import Disruptions
from api.jobs.models import Job
from api.programs.models import WeekIssues
from api.weeks.models.edits import Edit, EditRequest
from api.weeks.models.published import DeskView, PublishedView
from api.weeks.models.rosters import EditedRoster, PublishedWeek, PublishRequest, RosterCheck, RosterEntry, RosterView, UnpublishRequest
from api.weeks.models.weeks import PinView, WeekSettings, WeekView
from scheduler.compare import Comparison
from scheduler.explain import Explanation
from scheduler.instance import Instance, Pin
from scheduler.offers import Openings, ShortWeeks, WaitingList
from scheduler.repair.disruption import Disruption
from scheduler.repair.result import Repair
from scheduler.result import SolveResult
from scheduler.roster import Roster

EXPLAIN_SECONDS = 180.0


class WeekClient:
    """One week."""

    def __init__(self, wire: Wire, program: str, monday: date) -> None:
        self._wire, self.monday, self._path = wire, monday, f"{program}/weeks/{monday.isoformat()}"

    def get(self) -> Versioned[WeekView]:
        """Settings, published roster, unfinished jobs."""
        return self._wire.get_versioned(WeekView, self._path)

    def replace_settings(self, settings: WeekSettings, etag: str) -> Versioned[WeekView]:
        """Replace the special settings of this week."""
        return versioned(WeekView, self._wire.send("PUT", self._path, settings, headers={"If-Match": etag}))

    def instance(self) -> Instance:
        """The week as an instance, ready to be solved anywhere."""
        return self._wire.get(Instance, f"{self._path}/instance")

    def issues(self) -> WeekIssues:
        """The errors and warnings of the week."""
        return self._wire.get(WeekIssues, f"{self._path}/issues")

    def repair(self, *disruptions: Disruption) -> Repair:
        """Answers to what happens in the published week; nothing is entered or published."""
        body = Disruptions(disruptions=disruptions)
        return read(Repair, self._wire.send("POST", f"{self._path}/repair", body, timeout=EXPLAIN_SECONDS))

    # --- pins ---------------------------------------------------------------------------------------------------------------

    def pins(self, **filters: Any) -> Iterator[PinView]:
        """The pins of the week; filters as in the API (changed_since, sort)."""
        return self._wire.pages(PinView, f"{self._path}/pins", **filters)

    def pin(self, pin: Pin) -> PinView:
        """Create a pin."""
        return read(PinView, self._wire.send("POST", f"{self._path}/pins", pin))

    def unpin(self, pin: PinView) -> None:
        """Delete a pin."""
        self._wire.send("DELETE", f"{self._path}/pins/{pin.id}", headers={"If-Match": f'"{pin.version}"'})

    # --- rosters ------------------------------------------------------------------------------------------------------------

    def generate(self, **options: Any) -> Job:
        """Begin to make a roster; options as in the API (seconds, gap, seed, mode, priority, from_roster, again)."""
        return read(Job, self._wire.send("POST", f"{self._path}/generate", params=options))

    def rosters(self, **filters: Any) -> Iterator[RosterEntry]:
        """The rosters of the week, published ones and drafts; filters as in the API (changed_since, sort)."""
        return self._wire.pages(RosterEntry, f"{self._path}/rosters", **filters)

    def roster(self, roster: str) -> Versioned[RosterView]:
        """A roster with the verdict on it and what is unmet."""
        return self._wire.get_versioned(RosterView, f"{self._path}/rosters/{roster}")

    def result(self, roster: str) -> SolveResult:
        """The solver's result of a roster."""
        return self._wire.get(SolveResult, f"{self._path}/rosters/{roster}/result")

    def import_roster(self, roster: Roster) -> RosterView:
        """Keep a roster made elsewhere as a draft."""
        return read(RosterView, self._wire.send("POST", f"{self._path}/rosters", roster))

    def edit(self, roster: str, edits: Sequence[Edit], etag: str | None = None) -> EditedRoster:
        """Edit a draft by hand: creates a new draft, checked at once.

        Args:
            etag: The roster's ETag; with it, an edit of someone else in the meantime raises `ApiError`.
        """
        body = EditRequest(edits=tuple(edits))
        return read(EditedRoster, self._wire.send("POST", f"{self._path}/rosters/{roster}/edit", body, headers={"If-Match": etag}))

    def compare(self, a: str, b: str) -> Comparison:
        """What changed between two rosters of the week."""
        return self._wire.get(Comparison, f"{self._path}/compare", a=a, b=b)

    def explain(self, roster: str, participant: str | None = None) -> Explanation:
        """Why care is unmet, or why a participant got this week."""
        path = f"{self._path}/rosters/{roster}/explain"
        return read(Explanation, self._wire.send("GET", path, params={"participant": participant}, timeout=EXPLAIN_SECONDS))

    # --- publishing ---------------------------------------------------------------------------------------------------------

    def check(self, roster: str) -> RosterCheck:
        """What publishing a roster now would change."""
        return self._wire.get(RosterCheck, f"{self._path}/rosters/{roster}/check")

    def publish(self, roster: str, etag: str, accept: Sequence[str] = ()) -> PublishedWeek:
        """Publish a draft.

        Args:
            etag: The ETag of the week as the publisher saw it.
            accept: Hard rules it may break; recorded.
        """
        body = PublishRequest(accept=tuple(accept))
        path = f"{self._path}/rosters/{roster}/publish"
        return read(PublishedWeek, self._wire.send("POST", path, body, headers={"If-Match": etag}))

    def unpublish(self, etag: str, request: UnpublishRequest | None = None) -> PublishedWeek:
        """Unpublish the week."""
        path = f"{self._path}/unpublish"
        return read(PublishedWeek, self._wire.send("POST", path, request or UnpublishRequest(), headers={"If-Match": etag}))

    def published(self) -> PublishedView:
        """The published sessions."""
        return self._wire.get(PublishedView, f"{self._path}/published")

    def desk(self) -> DeskView:
        """The sign-in sheets."""
        return self._wire.get(DeskView, f"{self._path}/published/desk")

    # --- care given ---------------------------------------------------------------------------------------------------------

    def attendance(self, **filters: Any) -> Iterator[AttendanceView]:
        """Who came, as recorded; filters as in the API (changed_since, sort)."""
        return self._wire.pages(AttendanceView, f"{self._path}/attendance", **filters)

    def attendance_of(self, session: str, participant: str) -> Versioned[AttendanceView]:
        """What is recorded for a participant in a session.

        Args:
            session: Its id, or its number, as webhooks name it.
        """
        return self._wire.get_versioned(AttendanceView, f"{self._path}/attendance/{session}/{participant}")

    def record(self, marks: Sequence[AttendanceItem]) -> list[AttendanceView]:
        """Record who came, all of it or nothing."""
        body = AttendanceList(items=tuple(marks))
        return items(AttendanceView, self._wire.send("POST", f"{self._path}/attendance", body))

    def late_notices(self, **filters: Any) -> Iterator[LateNoticeView]:
        """Who said that they will be late, and is not marked yet; filters as in the API (changed_since, sort)."""
        return self._wire.pages(LateNoticeView, f"{self._path}/late-notices", **filters)

    def note_late(self, session: str, participant: str, minutes: int, etag: str | None = None) -> LateNoticeView:
        """Note by how many minutes a participant will be late.

        Args:
            etag: Of the notice that it replaces.
        """
        path = f"{self._path}/attendance/{session}/{participant}/late"
        return read(LateNoticeView, self._wire.send("PUT", path, LateNotice(minutes=minutes), headers={"If-Match": etag}))

    def forget_late(self, session: str, participant: str, etag: str) -> None:
        """Note that a participant will be on time after all.

        Args:
            etag: Of the notice.
        """
        self._wire.send("DELETE", f"{self._path}/attendance/{session}/{participant}/late", headers={"If-Match": etag})

    def outreach(self, **filters: Any) -> Iterator[OutreachView]:
        """The attempts to reach participants who missed sessions; filters as in the API (changed_since, sort)."""
        return self._wire.pages(OutreachView, f"{self._path}/outreach", **filters)

    def record_outreach(self, session: str, participant: str, attempt: OutreachRecord) -> OutreachView:
        """Record an attempt to reach a participant who missed a session."""
        return read(OutreachView, self._wire.send("POST", f"{self._path}/attendance/{session}/{participant}/outreach", attempt))

    def minutes(self) -> Iterator[ParticipantMinutes]:
        """Everyone's ordered, scheduled, delivered and billable minutes."""
        return self._wire.pages(ParticipantMinutes, f"{self._path}/minutes")

    def make_up(self) -> ShortWeeks:
        """Who missed sessions or falls below the ordered minutes, and where they could make up for it this week."""
        return self._wire.get(ShortWeeks, f"{self._path}/make-up")

    def waiting(self) -> WaitingList:
        """Who waits, in order of need, when each could begin, and what they wait for."""
        return read(WaitingList, self._wire.send("GET", f"{self._path}/waiting", timeout=EXPLAIN_SECONDS))

    def openings(self) -> Openings:
        """What to open next so that more people get the care they are ordered, or can begin."""
        return read(Openings, self._wire.send("GET", f"{self._path}/openings", timeout=EXPLAIN_SECONDS))
