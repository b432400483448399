"""What staff see of one participant: the days ahead, the week, care, payers, relations, consents and calendar links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property

from sqlalchemy.orm import Session

from api.attendance.models import ParticipantMinutes
from api.attendance.store.minutes import participant_minutes
from api.database.listing import Listing
from api.feeds.models import FeedOut
from api.feeds.store.listing import find_feeds, show_feed
from api.pages.people.census import STATUSES
from api.pages.people.consents import ConsentLine, consent_lines
from api.pages.people.hours_chart import HoursChart, hours_chart
from api.pages.people.step_down import PlannedWeek, planned_weeks
from api.pages.people.subject import PageSubject
from api.pages.people.week_grid import WeekGrid, week_grid
from api.pages.published_week import BookedPerson, StaffSession, StaffWeek, monday_of, read_week
from api.programs.models import AbsenceEntry, OrderEntry, PhaseEntry, ProgramSettings, RelationEntry
from api.programs.store.kinds import Rows
from api.programs.store.labels import ProgramLabels
from api.programs.store.programs import check_program
from api.security.access import Caller
from api.weeks.store.dated_records import lay_on_people, of_week
from api.weeks.store.weeks import published_roster
from scheduler.exchange.workbook.typed.languages import LANGUAGES
from scheduler.instance import Phase, Plan
from scheduler.instance.people import Authorization
from scheduler.timegrid import Week
from scheduler.words import joined, long_date

WEEKS_OF_HOURS = 6
"""How many weeks of hours are shown up to the current one."""
MOST_LISTED = 50
LANGUAGE_NAMES: Mapping[str, str] = {code: name.title() for name, code in reversed(LANGUAGES.items())}
"""Languages by code; of several names of one, the first."""
RELATION_WORDS: Mapping[str, str] = {"apart": "Not in the same session", "apart_in_time": "Not in the building at the same time"}


class PersonPage:
    """One participant, as read by a page; each part is read when it is shown.

    Attributes:
        subject: The participant as stored.
        person: As of the shown week: with dated orders, phase decisions and absences.
        monday: The shown week.
    """

    def __init__(self, session: Session, subject: PageSubject, monday: date, caller: Caller) -> None:
        self._session, self._program, self.monday, self._caller = session, subject.program, monday, caller
        self.subject, self.now, self.zone, id, program = subject, subject.now, subject.zone, subject.id, subject.program
        self._labels = ProgramLabels(session, program)
        self._settings = ProgramSettings.model_validate(check_program(session, program).document)
        entries = self._entries = Rows(session, program)
        dated = of_week(monday, entries.all(OrderEntry), entries.all(PhaseEntry), entries.all(AbsenceEntry))
        (self.person,) = lay_on_people([subject.person], dated, {}, {})
        self._relations = [r for r in entries.all(RelationEntry) if id in (r.a, r.b)]

    @property
    def status(self) -> str:
        """The status in words."""
        return STATUSES[self.person.status]

    @cached_property
    def week(self) -> StaffWeek:
        """The shown week, with the participant's sessions."""
        return read_week(self._session, self._program, self.monday, self._caller, self.now, self.person.id)

    @property
    def today(self) -> date:
        """Today in the program's zone."""
        return self.now.date()

    @cached_property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What there is to know of the stay, in words; unknown facts are left out."""
        person = self.person
        since = f", since {long_date(person.phase_since)}" if person.phase and person.phase_since else ""
        pairs = (
            ("Phase", self._labels.name("phases", person.phase) + since),
            ("Track", self._labels.name("tracks", person.home_track)),
            ("Therapist", self._labels.name("clinicians", person.primary_therapist)),
            ("Admitted", long_date(person.admitted) if person.admitted else ""),
            ("On hold since", long_date(person.on_hold_since) if person.on_hold_since else ""),
            ("Last day", long_date(person.discharge) if person.discharge else ""),
            ("Sessions", joined([{"in_person": "in person", "telehealth": "online"}[mode] for mode in person.modes])),
        )
        return tuple((name, text) for name, text in pairs if text)

    @property
    def more_facts(self) -> tuple[tuple[str, str], ...]:
        """What is seldom asked for: languages, ways, needs and wishes of planning; what is as usual is left out."""
        person, sites = self.person, self._labels.of_kind("sites")
        ways = joined([f"{minutes} min to {sites.get(site, site)}" for site, minutes in sorted(person.travel.items())])
        agreed = {"waits longer": person.may_wait_longer, "groups of other tracks": person.may_change_track}
        animal = {"none": "", "service": "service animal", "support": "support animal"}[person.animal]
        pairs = (
            ("Languages", joined([LANGUAGE_NAMES.get(code, code) for code in person.languages]) if person.languages != ("en",) else ""),
            ("Way", ways),
            ("Agreed to", joined([words for words, is_agreed in agreed.items() if is_agreed])),
            ("Rooms", joined([feature.replace("_", " ") for feature in person.room_features])),
            ("Comes with", joined([*filter(None, [animal]), *(self._labels.name("resources", use.resource) for use in person.resources)])),
            ("Avoids animals", "yes" if person.avoids_animals else ""),
        )
        return tuple((name, text) for name, text in pairs if text)

    @cached_property
    def appointments(self) -> tuple[tuple[StaffSession, BookedPerson], ...]:
        """The sessions of the shown week that the participant is booked for, by start."""
        pairs = ((one, one.booking_of(self.person.id)) for one in self.week.sessions)
        return tuple((one, booking) for one, booking in pairs if booking is not None)

    @cached_property
    def grid(self) -> WeekGrid:
        """The shown week as a drawing."""
        week = Week(self.monday, self.zone)
        booked = [week.span(one.start, one.end) for one, _ in self.appointments]
        return week_grid(week, self.person.availability, self._settings.week_a, booked)

    @cached_property
    def hours(self) -> tuple[ParticipantMinutes, ...]:
        """The four kinds of hours of the last published weeks, up to next week."""
        first = monday_of(self.today) - timedelta(weeks=WEEKS_OF_HOURS - 1)
        mondays = [first + timedelta(weeks=n) for n in range(WEEKS_OF_HOURS + 1)]
        with_roster = [monday for monday in mondays if published_roster(self._session, self._program, monday) is not None]
        return tuple(participant_minutes(self._session, self._program, self.person.id, with_roster, self.now))

    @property
    def chart(self) -> HoursChart:
        """The hours as a drawing, with the weeks to come as they are planned."""
        return hours_chart(self.hours, self.planned)

    @cached_property
    def planned(self) -> tuple[PlannedWeek, ...]:
        """The weeks after the last published one, if phases end as planned."""
        first = max([monday_of(self.today), *(week.monday + timedelta(weeks=1) for week in self.hours)])
        phases = {phase.id: phase for phase in self._entries.all(Phase)}
        return planned_weeks(self.person, phases, self._entries.all(Plan), self._settings.policy, first)

    @property
    def step_down(self) -> str:
        """The phases to come, each with its first week, in words."""
        begins: dict[str, date] = {}
        for week in self.planned:
            begins.setdefault(week.phase, week.monday)
        ahead = ((id, monday) for id, monday in begins.items() if id != self.person.phase)
        return "; ".join(f"{self._labels.name('phases', id)} from {long_date(monday)}" for id, monday in ahead)

    @property
    def authorizations(self) -> tuple[Authorization, ...]:
        """What payers authorized, the one that ends first on top; past ones are left out."""
        current = (one for one in self.person.authorizations if one.last >= self.today)
        return tuple(sorted(current, key=lambda one: (one.last, one.id)))

    @cached_property
    def relations(self) -> tuple[tuple[str, str, str], ...]:
        """Id and name of everyone from whom the participant is kept apart, and how."""
        others = [(r.b if r.a == self.person.id else r.a, r.kind) for r in self._relations]
        names = self._labels.of_kind("participants")
        return tuple((id, names.get(id, id), RELATION_WORDS[kind]) for id, kind in sorted(others))

    @cached_property
    def consents(self) -> tuple[ConsentLine, ...]:
        """The participant's consents that are or come in force."""
        return tuple(line for line in consent_lines(self._session, self.subject) if line.is_open)

    @cached_property
    def feeds(self) -> tuple[FeedOut, ...]:
        """Calendar links that work."""
        rows = find_feeds(self._session, self._program, None, self.person.id, None, Listing(MOST_LISTED)).rows
        return tuple(feed for feed in (show_feed(row, self.now) for row in rows) if feed.state == "active")

    def services_of(self, authorization: Authorization) -> str:
        """The services that an authorization covers, in words."""
        return joined([self._labels.name("services", id) for id in authorization.services]) or "All services"


def weeks_around(monday: date) -> Iterator[tuple[str, date]]:
    """The weeks to go to from a week, with the words of the link."""
    yield "Week before", monday - timedelta(weeks=1)
    yield "Week after", monday + timedelta(weeks=1)
