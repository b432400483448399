"""Groups, tracks and cohorts: the recurring offers of the program."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from scheduler.fields import AgeGroup, ClockTime, Count, Id, Label, Minutes, Mode, Model, StayWeek, Weekday, WeekPattern
from scheduler.instance.care import Segment
from scheduler.names import ClinicianId, CohortId, CurriculumId, OwnModuleId, PhaseId, RoomId, ServiceId, SiteId, Tag, TrackId


class GroupStart(Model):
    """One time at which the group may meet."""

    day: Weekday
    time: ClockTime


class Eligibility(Model):
    """Who may join; empty lists admit everyone."""

    age_group: AgeGroup = "adult"
    age_groups: tuple[AgeGroup, ...] = Field((), description="Age groups that may sit together; empty: only age_group.")
    genders: tuple[Tag, ...] = ()
    levels: tuple[str, ...] = ()
    phases: tuple[PhaseId, ...] = ()
    attributes: tuple[Tag, ...] = Field((), description="Every one of these must be among the participant's attributes.")
    from_week: StayWeek | None = Field(None, description="First week of the stay in which someone may attend; 1 is the week of admission.")
    until_week: StayWeek | None = Field(None, description="Last week of the stay in which someone may attend.")


class Track(Model):
    """A recurring set of blocks, e.g. Evening A: Mon, Tue, Thu 17:30. Groups name the track they belong to."""

    id: Id
    label: Label = ""


class Cohort(Model):
    """People who stay together: a set of groups, named by the groups."""

    id: Id
    label: Label = ""
    track: TrackId | None = None


class Group(Model):
    """A recurring offer that meets once in each of its weeks."""

    id: Id
    label: Label = ""
    service: ServiceId = Field(description="Its main service, of kind group.")
    minutes: Minutes = Field(description="Clock minutes, breaks included.")
    segments: tuple[Segment, ...] = Field((), description="Parts whose minutes add up to `minutes`; empty: the main service throughout.")
    starts: tuple[GroupStart, ...] = Field(min_length=1, description="A fixed time, or several candidates of which one is chosen.")
    weeks: WeekPattern = "every"
    mode: Mode = "in_person"
    site: SiteId | None = Field(None, description="Needed unless telehealth.")
    rooms: tuple[RoomId, ...] = Field((), description="Rooms it may use; empty: every fitting room of the site.")
    room_features: tuple[Tag, ...] = ()
    track: TrackId | None = None
    cohort: CohortId | None = None
    block: Tag | None = Field(
        None, description="The block it is an hour of: whoever attends one hour attends all of them, and they count as one session."
    )
    is_standing: bool = Field(
        True, description="Whether it runs if anyone is booked; if false, the solver may open it, with its minimum size."
    )
    facilitators: tuple[ClinicianId, ...] = Field((), description="Who may lead it; if empty, any qualified clinician.")
    leading_credential: Tag | None = None
    language: Tag | None = Field(None, description="Facilitators and participants must speak it; None: no condition.")
    minimum: Count | None = Field(None, description="Fewest participants; None: policy.")
    target: Count | None = Field(None, description="Best size; None: policy.")
    maximum: Count | None = Field(None, description="Most participants; None: policy by category.")
    reserve: Count | None = Field(None, description="Places kept free for admissions; None: policy for open track groups, else 0.")
    eligibility: Eligibility = Eligibility()
    is_closed: bool = Field(False, description="A closed cohort: takes newcomers only in the weeks of its gates.")
    gates: tuple[date, ...] = Field((), description="Mondays of weeks in which a closed group takes newcomers.")
    opened_on: date | None = Field(None, description="Date of its first run; None: meets_from.")
    meets_from: date | None = Field(None, description="First date on which it may meet.")
    meets_until: date | None = Field(None, description="Last date on which it may meet.")
    intake_override: Count | None = Field(None, description="Newcomers allowed this week by a named decision.")
    curriculum: CurriculumId | None = None
    module: OwnModuleId | None = Field(None, description="The curriculum module of this week's run.")
    is_make_up: bool = Field(False, description="A make-up run: exempt from track integrity.")
