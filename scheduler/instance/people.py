"""Participants, their guests, relations, preferences and authorizations."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from scheduler.fields import AgeGroup, BookingMode, Count, Id, Label, Minutes, Model, Weekday
from scheduler.instance.calendar import Availability
from scheduler.instance.care import OrderSpec
from scheduler.names import ClinicianId, CohortId, ParticipantId, PhaseId, ResourceId, ServiceId, SiteId, Tag, TrackId

Status = Literal["waiting", "cleared", "active", "on_hold", "discharged"]
AuthorizationState = Literal["asked", "approved", "denied", "appeal"]


class Guest(Model):
    """A support person, such as a parent or partner, who joins family sessions or comes to groups with the participant."""

    id: Id
    label: Label = ""
    availability: Availability
    modes: tuple[BookingMode, ...] = ("in_person", "telehealth")
    languages: tuple[Tag, ...] = Field((), description="Languages the guest speaks, for groups that have one; empty: no condition.")
    required_in: tuple[ServiceId, ...] = Field(
        (), description="Group services to which the guest must come: without the guest, the participant does not."
    )
    preferred_in: tuple[ServiceId, ...] = Field((), description="Group services to which the guest comes if free and a seat is left.")


class Preference(Model):
    """A ranked wish. The distance of a booking is the position of its value, at most 3; unlisted values are 3."""

    attribute: Literal["time", "mode", "group", "clinician_gender", "clinician_language"]
    ranked: tuple[str, ...] = Field(
        min_length=1,
        max_length=8,
        description="Best first. Times: morning (before 12:00), afternoon (before 17:00), evening.",
    )


class Authorization(Model):
    """A payer's authorization of services."""

    id: Id
    services: tuple[ServiceId, ...] = Field((), description="Services it covers; empty: all countable ones.")
    unit: Literal["day", "hour", "quarter_hour", "session"]
    state: AuthorizationState = Field(
        "approved", description="Only approved ones cover sessions; the others have been asked for, were denied, or are in appeal."
    )
    payer: Label = Field("", description="The payer, as staff call it.")
    number: Label = Field("", description="The payer's number for it.")
    next_review: date | None = Field(None, description="Date of the payer's next review.")
    responsible: ClinicianId | None = Field(None, description="Clinician who deals with the payer; None: the primary therapist.")
    first: date
    last: date = Field(description="Last date covered.")
    units: Count | None = Field(None, description="Units of the whole period; None: unlimited.")
    units_per_week: Count | None = Field(None, description="Units in the payer's own week; None: unlimited.")
    used: Count = Field(0, description="Units used in the period before Monday.")
    used_in_week: Count = Field(0, description="Units used before Monday in the payer's week that contains Monday.")
    week_start: Weekday = Field("mon", description="First day of the payer's week.")
    counted_on: date | None = Field(
        None,
        description="Date before which the units used are counted; the service adds those of published sessions since. None: as of Monday.",
    )


class ResourceUse(Model):
    """A resource the participant needs whenever on site (or in session, by the resource's kind)."""

    resource: ResourceId


class StepUp(Model):
    """A recorded step-up order: allows more hours than last week."""

    date: date
    reason: Tag = Field(description="Reason code; no free text.")


class PhaseChange(Model):
    """A recorded phase change."""

    date: date
    largest_step: Minutes | None = Field(None, description="Largest fall of weekly minutes agreed for this change; None: no limit.")


class Participant(Model):
    """A participant of the program, with the data needed to plan the week."""

    id: Id
    label: Label = Field("", description="Initials or another label for printed rosters; never in participant feeds.")
    status: Status = "active"
    on_hold_since: date | None = None
    age_group: AgeGroup = "adult"
    gender: Tag | None = None
    languages: tuple[Tag, ...] = ("en",)
    attributes: tuple[Tag, ...] = Field((), description="Track attributes for eligibility; no diagnoses.")
    company: tuple[Literal["gender", "age_group", "language"], ...] = Field(
        (), description="Attributes in which the participant should not be the only one in a group."
    )
    state: Tag | None = Field(None, description="State in which the participant joins by telehealth, for licenses.")
    availability: Availability
    travel: dict[SiteId, Minutes] = Field(
        default_factory=dict, description="Minutes one way from home to each site; with several sites, a missing one is estimated."
    )
    modes: tuple[BookingMode, ...] = Field(("in_person",), description="Modes the participant consented to.")
    may_join_from_site: bool = Field(False, description="May join telehealth from the building.")
    may_wait_longer: bool = Field(False, description="Agreed to waits beyond the policy's longest wait.")
    may_change_track: bool = Field(False, description="Consents to groups of several tracks.")
    has_rotating_shifts: bool = False
    home_track: TrackId | None = None
    home_site: SiteId | None = Field(None, description="The site that the participant comes to.")
    home_site_use: Literal["required", "preferred"] = Field("preferred", description="Whether the participant comes to no other site.")
    home_cohort: CohortId | None = None
    primary_therapist: ClinicianId | None = None
    phase: PhaseId | None = None
    phase_since: date | None = None
    order: OrderSpec = OrderSpec()
    admitted: date | None = Field(None, description="First day in the program; partial week when inside this week.")
    stay_since: date | None = Field(None, description="First day of the stay, from which its weeks are counted; None: admitted.")
    first_session_due: date | None = Field(None, description="For newcomers without a session yet.")
    discharge: date | None = Field(None, description="Last day in the program.")
    stepped_down: date | None = Field(None, description="Date of arrival from a higher level of care.")
    has_risk_flag: bool = False
    step_up: StepUp | None = None
    phase_change: PhaseChange | None = None
    intake_done: tuple[ServiceId, ...] = Field((), description="Services with before_first_group or before_all that are already done.")
    preferences: tuple[Preference, ...] = ()
    authorizations: tuple[Authorization, ...] = ()
    guests: tuple[Guest, ...] = ()
    room_features: tuple[Tag, ...] = Field((), description="What every room must offer for this person, e.g. accessible.")
    animal: Literal["none", "service", "support"] = "none"
    avoids_animals: bool = Field(False, description="Allergy or phobia; service animals are admitted regardless.")
    resources: tuple[ResourceUse, ...] = ()


class Relation(Model):
    """Two participants who are kept apart. No reason is stored. Couple sessions are ordered, see ServiceOrder.partner."""

    a: ParticipantId
    b: ParticipantId
    kind: Literal["apart", "apart_in_time"]
