"""The rule book: the list of files in this folder is the specification. `RULES` holds one instance of each, hard first."""

from scheduler.rule import Rule
from scheduler.rules.admission_deadline import AdmissionDeadline
from scheduler.rules.already_happened import AlreadyHappened
from scheduler.rules.authorization import AuthorizationRule
from scheduler.rules.clinician_availability import ClinicianAvailability
from scheduler.rules.clinician_balance import ClinicianBalance
from scheduler.rules.clinician_conflict import ClinicianConflict
from scheduler.rules.clinician_continuity import ClinicianContinuity
from scheduler.rules.clinician_load import ClinicianLoad
from scheduler.rules.clinician_qualification import ClinicianQualification
from scheduler.rules.clinician_time import ClinicianTime
from scheduler.rules.clock_change import ClockChange
from scheduler.rules.closures import Closures
from scheduler.rules.cohort_continuity import CohortContinuity
from scheduler.rules.cohort_together import CohortTogether
from scheduler.rules.curriculum_order import CurriculumOrder
from scheduler.rules.day_spread import DaySpread
from scheduler.rules.eligibility import EligibilityRule
from scheduler.rules.facilitator_continuity import FacilitatorContinuity
from scheduler.rules.facilitator_ratio import FacilitatorRatio
from scheduler.rules.group_balance import GroupBalance
from scheduler.rules.group_intake import GroupIntake
from scheduler.rules.group_size import GroupSize
from scheduler.rules.guest_presence import GuestPresence
from scheduler.rules.held_place import HeldPlaceRule
from scheduler.rules.home_site import HomeSite
from scheduler.rules.home_site_preference import HomeSitePreference
from scheduler.rules.idle_gap import IdleGap
from scheduler.rules.joint_session import JointSession
from scheduler.rules.keep_apart import KeepApart
from scheduler.rules.longest_wait import LongestWait
from scheduler.rules.not_alone import NotAlone
from scheduler.rules.ordered_service import OrderedService
from scheduler.rules.participant_availability import ParticipantAvailability
from scheduler.rules.participant_conflict import ParticipantConflict
from scheduler.rules.participant_preference import ParticipantPreference
from scheduler.rules.pinned import Pinned
from scheduler.rules.preferred_guests import PreferredGuests
from scheduler.rules.published_change import PublishedChange
from scheduler.rules.published_room import PublishedRoom
from scheduler.rules.random_time import RandomTime
from scheduler.rules.resource_capacity import ResourceCapacity
from scheduler.rules.room_conflict import RoomConflict
from scheduler.rules.room_fit import RoomFit
from scheduler.rules.same_time import SameTime
from scheduler.rules.second_staff_on_site import SecondStaffOnSite
from scheduler.rules.service_day_floor import ServiceDayFloor
from scheduler.rules.service_gap import ServiceGap
from scheduler.rules.service_spacing import ServiceSpacing
from scheduler.rules.session_floor import SessionFloor
from scheduler.rules.step_down_ceiling import StepDownCeiling
from scheduler.rules.step_down_floor import StepDownFloor
from scheduler.rules.step_down_target import StepDownTarget
from scheduler.rules.track_integrity import TrackIntegrity
from scheduler.rules.trips import Trips
from scheduler.rules.weekly_ceiling import WeeklyCeiling
from scheduler.rules.weekly_floor import WeeklyFloor
from scheduler.rules.whole_block import WholeBlock
from scheduler.rules.without_trip import WithoutTrip

RULES: tuple[Rule, ...] = (
    ParticipantConflict(),
    ParticipantAvailability(),
    TrackIntegrity(),
    WholeBlock(),
    LongestWait(),
    ServiceSpacing(),
    WithoutTrip(),
    HomeSite(),
    ClinicianConflict(),
    ClinicianAvailability(),
    ClinicianQualification(),
    ClinicianLoad(),
    SecondStaffOnSite(),
    RoomConflict(),
    RoomFit(),
    ResourceCapacity(),
    GroupSize(),
    FacilitatorRatio(),
    GroupIntake(),
    EligibilityRule(),
    GuestPresence(),
    CurriculumOrder(),
    WeeklyCeiling(),
    StepDownCeiling(),
    KeepApart(),
    JointSession(),
    AuthorizationRule(),
    Closures(),
    ClockChange(),
    HeldPlaceRule(),
    Pinned(),
    AlreadyHappened(),
    WeeklyFloor(),
    SessionFloor(),
    ServiceDayFloor(),
    OrderedService(),
    ServiceGap(),
    AdmissionDeadline(),
    StepDownFloor(),
    StepDownTarget(),
    ClinicianContinuity(),
    FacilitatorContinuity(),
    CohortContinuity(),
    CohortTogether(),
    SameTime(),
    RandomTime(),
    ParticipantPreference(),
    HomeSitePreference(),
    PreferredGuests(),
    Trips(),
    IdleGap(),
    DaySpread(),
    GroupBalance(),
    NotAlone(),
    ClinicianBalance(),
    ClinicianTime(),
    PublishedChange(),
    PublishedRoom(),
)

__all__ = ["RULES"]
