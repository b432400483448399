"""Generated participants, with their availability, orders and preferences."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random

from scheduler.fields import Id
from scheduler.generate.care import INTAKE, PHASES, services_of
from scheduler.generate.lives import Life, Slot, draw_availability, draw_lives, draw_slot, draw_travel, window
from scheduler.generate.staff import Shift, initials, shift_of
from scheduler.instance import Authorization, Availability, Clinician, Guest, Participant, Phase, Preference, ServiceOrder

_PHASE_SHARES = (("intensive", 35), ("core", 35), ("step_down", 16), ("aftercare", 14))
_LANGUAGES = ((("en",), 82), (("en", "es"), 12), (("es",), 3), (("en", "pt"), 3))


class Therapists:
    """Assigns primary therapists evenly: the smallest caseload among those whose shift and language fit."""

    def __init__(self, staff: tuple[Clinician, ...]) -> None:
        self._staff = [c for c in staff if "licensed" in c.credentials or "counselor" in c.credentials]
        self._load: Counter[Id] = Counter()

    def assign(self, slot: Slot, languages: tuple[Id, ...], site: Id) -> Id | None:
        """The therapist of a new participant."""
        shift: Shift = "evening" if slot == "evening" else "day"
        speaking = [c for c in self._staff if any(language in c.languages for language in languages)] or self._staff
        here = [c for c in speaking if any(w.site == site for w in c.hours)] or speaking
        fitting = [c for c in here if shift_of(c) == shift] or here
        if not fitting:
            return None
        chosen = min(fitting, key=lambda c: (self._load[c.id], c.id))
        self._load[chosen.id] += 1
        return chosen.id


def make_people(
    rng: Random,
    count: int,
    staff: tuple[Clinician, ...],
    sites: tuple[Id, ...],
    monday: date,
    days: int = 7,
) -> tuple[Participant, ...]:
    """Participants p001, p002, ... with lives, phases and extras in realistic shares.

    Args:
        days: The number of days from Monday for which rotating shifts are known.
    """
    lives, phases = draw_lives(rng, count), _draw_phases(rng, count)
    therapists = Therapists(staff)
    people = []
    for n in range(count):
        site = sites[n % len(sites)]
        people.append(_participant(rng, n, lives[n], phases[n], site, sites, therapists, monday, days))
    return tuple(people)


def _participant(
    rng: Random,
    n: int,
    life: Life,
    phase: Phase,
    site: Id,
    sites: tuple[Id, ...],
    therapists: Therapists,
    monday: date,
    days: int,
) -> Participant:
    travel, slot = draw_travel(rng, life), draw_slot(rng, life)
    if life == "shifts" and phase.id == "intensive":
        # People on rotating shifts cannot commit to four days a week.
        phase = next(p for p in PHASES if p.id == "core")
    languages = rng.choices([pair[0] for pair in _LANGUAGES], [pair[1] for pair in _LANGUAGES])[0]
    gender = rng.choices(("female", "male", "nonbinary"), (44, 52, 4))[0]
    extras, guests = draw_extras(rng, phase)
    return Participant(
        id=f"p{n + 1:03d}",
        label=initials(rng),
        gender=gender,
        languages=languages,
        company=("gender",) if rng.random() < 0.15 else (),
        state="NJ" if rng.random() < 0.06 else "NY",
        availability=draw_availability(rng, life, travel, monday, days),
        travel={s: travel if s == site else travel + rng.randrange(15, 31, 5) for s in sites},
        modes=("in_person", "telehealth") if rng.random() < 0.5 else ("in_person",),
        may_join_from_site=rng.random() < 0.2,
        may_wait_longer=rng.random() < 0.05,
        has_rotating_shifts=life == "shifts",
        primary_therapist=therapists.assign(slot, languages, site),
        phase=phase.id,
        phase_since=monday - timedelta(weeks=rng.randrange(1, phase.weeks or 2)),
        order=services_of(phase, extras),
        has_risk_flag=rng.random() < 0.03,
        intake_done=INTAKE,
        preferences=_preferences(rng, slot),
        authorizations=_authorizations(rng, n, monday),
        guests=guests,
    )


def _draw_phases(rng: Random, count: int) -> list[Phase]:
    """Phases in fixed shares, in random order; the remainder is in the second phase."""
    by_id = {phase.id: phase for phase in PHASES}
    drawn = [by_id[phase] for phase, share in _PHASE_SHARES for _ in range(count * share // 100)]
    drawn += [by_id["core"]] * (count - len(drawn))
    rng.shuffle(drawn)
    return drawn


def draw_extras(rng: Random, phase: Phase) -> tuple[tuple[ServiceOrder, ...], tuple[Guest, ...]]:
    """Draw orders beyond the phase's services: medication, family (with a guest or in the Saturday group), case management."""
    extras: list[ServiceOrder] = []
    guests: tuple[Guest, ...] = ()
    if rng.random() < 0.5:
        extras.append(ServiceOrder(service="medication", every_n_weeks=4))
    if phase.id == "aftercare":
        return tuple(extras), guests
    family = rng.random()
    if family < 0.2:
        guests = (Guest(id="g1", label="Relative", availability=_guest_availability(rng)),)
        extras.append(ServiceOrder(service="family", every_n_weeks=4, guests=("g1",)))
    elif family < 0.35:
        extras.append(ServiceOrder(service="multi_family", every_n_weeks=4))
    if rng.random() < 0.15:
        extras.append(ServiceOrder(service="case_management", every_n_weeks=2))
    return tuple(extras), guests


def _guest_availability(rng: Random) -> Availability:
    """Relatives come in the early evening and on Saturdays; some are free in the daytime."""
    start = rng.choice(("08:00", "11:00", "15:30"))
    weekdays = tuple(window(day, start, "22:00") for day in ("mon", "tue", "wed", "thu", "fri"))
    return Availability(weekly=(*weekdays, window("sat", "08:00", "16:00")))


def _preferences(rng: Random, slot: Slot) -> tuple[Preference, ...]:
    """Two in five prefer a time of day, and some prefer a clinician."""
    wishes: list[Preference] = []
    if rng.random() < 0.4:
        others = tuple(s for s in ("morning", "evening", "afternoon") if s != slot)
        wishes.append(Preference(attribute="time", ranked=(slot, *others)))
    if rng.random() < 0.15:
        wishes.append(Preference(attribute="clinician_gender", ranked=(rng.choice(("female", "male")),)))
    if rng.random() < 0.1:
        wishes.append(Preference(attribute="mode", ranked=("in_person", "telehealth")))
    return tuple(wishes)


def _authorizations(rng: Random, n: int, monday: date) -> tuple[Authorization, ...]:
    """One in eight has a payer that counts days; enough are left for this week."""
    if rng.random() >= 0.125:
        return ()
    first = monday - timedelta(weeks=rng.randrange(1, 5))
    weeks = 8
    used = (monday - first).days // 7 * 4
    return (
        Authorization(
            id=f"auth{n + 1}", unit="day", first=first, last=first + timedelta(weeks=weeks), units=5 * weeks, used=used, units_per_week=5
        ),
    )  # fmt: skip
