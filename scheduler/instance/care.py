"""Care: services, orders, service mix, phases, curricula."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from scheduler.fields import BookingMode, Count, Id, Label, Minutes, Model, StayWeek
from scheduler.names import CategoryId, GuestId, ModuleId, ParticipantId, PhaseId, ServiceId, Tag

ServiceKind = Literal["group", "individual", "family", "couple"]
GuestAccess = Literal["none", "welcome", "required"]


class Service(Model):
    """A kind of session that can be ordered for a participant."""

    id: Id
    label: Label = ""
    kind: ServiceKind
    category: Tag = Field(description="For the service mix: process, skills, education, activity, medical, case_management, ...")
    minutes: Minutes = Field(description="Clock minutes of one session; groups state their own.")
    countable: bool = Field(True, description="Whether its minutes count for orders and payers.")
    counts_as_session: bool | None = Field(None, description="Whether it counts in session bands; None: yes when longer than 30 minutes.")
    credentials: tuple[Tag, ...] = Field((), description="Any one of these entitles a clinician; empty: every clinician.")
    modes: tuple[BookingMode, ...] = Field(("in_person",), description="How it may be given.")
    requires_authorization: bool = False
    room_features: tuple[Tag, ...] = ()
    outside_bands: bool = Field(False, description="Assessment and orientation: outside session bands.")
    before_first_group: bool = Field(False, description="Must be before the first group (assessment, orientation).")
    pulls_out_of: tuple[ServiceId, ...] = Field(
        (), description="Group services that participants may leave for it, e.g. an individual session during school; time counts once."
    )
    before_all: bool = Field(False, description="Must be before every other session, appointments included (intake).")
    from_week: StayWeek | None = Field(None, description="First week of the stay in which it is given.")
    until_week: StayWeek | None = Field(None, description="Last week of the stay in which it is given.")
    without_trip: Literal["same_day", "beside_group"] | None = Field(
        None,
        description="For appointments on site that are not worth a trip: same_day, only on days with another session at the site; "
        "beside_group, only directly before or after a group there.",
    )
    standing: bool = Field(
        True, description="Whether appointments keep their day and time from week to week; if false, the time is random (drug screens)."
    )
    guests: GuestAccess = Field(
        "none", description="Whether participants' guests come to its groups; required: nobody comes without at least one."
    )
    guest_seats: Count = Field(1, description="Seats of the room that each guest takes.")
    guest_places: Count = Field(0, description="Places of the group's maximum that each guest takes.")

    @property
    def is_intake(self) -> bool:
        """Whether it is to precede groups or all other sessions."""
        return self.before_first_group or self.before_all


class Segment(Model):
    """A part of a session: a service, or a break (no service)."""

    service: ServiceId | None = Field(description="None is a break.")
    minutes: Minutes


class MinuteBand(Model):
    """Minutes a week: floor, target, ceiling."""

    floor: Minutes | None = None
    target: Minutes | None = Field(None, description="Minutes that the week should come close to.")
    ceiling: Minutes | None = None


class CountBand(Model):
    """A count a week: floor and ceiling."""

    floor: Count | None = None
    ceiling: Count | None = None


class ServiceOrder(Model):
    """An ordered service: a number per week, one every n weeks, or a number in all, in some or all weeks of the stay."""

    service: ServiceId
    per_week: int | None = Field(None, ge=1, le=14, description="Times a week; give this, every_n_weeks or in_all.")
    every_n_weeks: int | None = Field(None, ge=1, le=52, description="One every n weeks, counted from the last date in the history.")
    in_all: int | None = Field(
        None, ge=1, le=200, description="Number over all weeks up to until_week, spread evenly: 3 in 16 weeks are due in weeks 1, 6 and 11."
    )
    from_week: StayWeek | None = Field(None, description="First week of the stay in which this order applies.")
    until_week: StayWeek | None = Field(None, description="Last week of the stay in which this order applies.")
    due: bool | None = Field(None, description="Overrides the history: due this week or not (drug screen, plan review).")
    days_apart: int | None = Field(
        None, ge=1, le=14, description="Fewest days from one session to the next: 1 is another day, 3 is Monday and Thursday."
    )
    hours_apart: int | None = Field(None, ge=1, le=336, description="Fewest hours from the end of one session to the start of the next.")
    guests: tuple[GuestId, ...] = Field((), description="Guests of the participant who take part (family sessions).")
    partner: ParticipantId | None = Field(None, description="The other participant of a couple session; ordered for both.")


class MixOrder(Model):
    """An entry of the week's service mix: minimum and maximum number of group sessions in a category. Other categories remain possible."""

    category: CategoryId
    at_least: Count = 0
    at_most: Count | None = None


class OrderSpec(Model):
    """The care ordered for a full week. Fields that are None are taken from the phase, then from the policy."""

    minutes: MinuteBand = MinuteBand()
    sessions: CountBand = CountBand()
    days: CountBand = CountBand()
    services: tuple[ServiceOrder, ...] | None = None
    mix: tuple[MixOrder, ...] | None = None
    only: bool | None = Field(
        None, description="Whether no other groups than the services ordered by count and the categories of the mix fill the minutes."
    )
    modules: tuple[ModuleId, ...] | None = Field(None, description="Curriculum modules required this week.")
    modes: tuple[BookingMode, ...] | None = None
    billable_days: Count | None = Field(None, description="Days on which the payer's minimum must be reached; None: policy.")
    billable_day_minutes: Minutes | None = Field(None, description="The payer's minimum of counted minutes a day.")
    day_minutes_ceiling: Minutes | None = Field(None, description="Most care minutes a day.")
    day_sessions_ceiling: Count | None = Field(None, description="Most counted sessions a day.")


class Phase(Model):
    """A step of a step-down plan, with a level of care, a length and an order."""

    id: Id
    label: Label = ""
    level: str = Field(max_length=16, description="Level of care, e.g. '2.1'. Free text: editions differ.")
    rank: int = Field(0, description="0 for the first phase of its plan; later phases count up.")
    weeks: int | None = Field(None, ge=1, le=104, description="Planned length; only people move participants between phases.")
    order: OrderSpec = OrderSpec()


class Plan(Model):
    """A step-down plan: its phases in order."""

    id: Id
    label: Label = ""
    phases: tuple[PhaseId, ...] = Field(min_length=1)


class Curriculum(Model):
    """Modules taught over the weeks."""

    id: Id
    modules: tuple[Id, ...] = Field(min_length=1)
    sequenced: bool = Field(False, description="In order, and no module again before the cycle is done; open cycles: any module.")
