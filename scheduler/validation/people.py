"""Checks of participants and their relations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.case import Case
from scheduler.case.times import sites_in_use
from scheduler.instance import Instance, Participant
from scheduler.validation.issue import Issue, error, warning
from scheduler.validation.orders import services_of

PREFERENCE_VALUES = {"time": ("morning", "afternoon", "evening"), "mode": ("in_person", "telehealth")}


def stays(instance: Instance) -> Iterator[Issue]:
    """Admission is not after discharge, a hold has a date, and an active participant has a phase."""
    for n, person in enumerate(instance.participants):
        path = f"participants[{n}]"
        if person.admitted is not None and person.discharge is not None and person.discharge < person.admitted:
            yield error(
                "discharge_before_admission", f"{path}.discharge", f"the discharge of {person.id} must be on or after the admission"
            )
        if person.status == "on_hold" and person.on_hold_since is None:
            yield warning(
                "hold_undated",
                f"{path}.on_hold_since",
                f"enter the date since which {person.id} has been on hold, so that the place is freed in time",
            )
        if person.status == "active" and person.phase is None and instance.phases:
            yield warning("phase_missing", f"{path}.phase", f"enter the phase of {person.id}; without one, the policy's hours apply")


NAMED = 3
"""The maximum number of participants named in a message."""


def travel(case: Case) -> Iterator[Issue]:
    """Participants have a travel time to each site that they may have to come to, in a program of several."""
    sites = sites_in_use(case.instance)
    lacking = [n for n, person in enumerate(case.instance.participants) if case.care.is_served(person.id) and _sites_without(person, sites)]
    if len(sites) > 1 and lacking:
        people = [case.instance.participants[n] for n in lacking]
        names = ", ".join(person.id for person in people[:NAMED])
        more = f" and {len(people) - NAMED} more" if len(people) > NAMED else ""
        places = ", ".join(site for site in sites if any(site in _sites_without(person, sites) for person in people))
        message = (
            f"enter the minutes from home to {places} of {names}{more}; without them, the way by another site is assumed, "
            f"or {case.policy.unknown_travel} minutes"
        )
        yield warning("travel_missing", f"participants[{lacking[0]}].travel", message)


def _sites_without(person: Participant, sites: Sequence[str]) -> list[str]:
    """The sites to which a participant may come and has no travel time."""
    is_bound = person.home_site is not None and person.home_site_use == "required"
    possible = [site for site in sites if not is_bound or site == person.home_site]
    return [site for site in possible if site not in person.travel] if "in_person" in person.modes else []


def preferences(instance: Instance) -> Iterator[Issue]:
    """Ranked times, modes and groups exist."""
    values = PREFERENCE_VALUES | {"group": tuple(group.id for group in instance.groups)}
    for n, person in enumerate(instance.participants):
        for k, wish in enumerate(person.preferences):
            for position, value in enumerate(wish.ranked):
                if value not in values.get(wish.attribute, (value,)):
                    path = f"participants[{n}].preferences[{k}].ranked[{position}]"
                    yield warning("preference_unknown", path, f"correct this preference of {person.id}: there is no such {wish.attribute}")


def guest_services(instance: Instance) -> Iterator[Issue]:
    """Guests come only to group services that take guests."""
    services = {service.id: service for service in instance.services}
    for n, person in enumerate(instance.participants):
        for k, guest in enumerate(person.guests):
            for field in ("required_in", "preferred_in"):
                for position, id in enumerate(getattr(guest, field)):
                    service = services.get(id)
                    if service is not None and (service.kind != "group" or service.guests == "none"):
                        path = f"participants[{n}].guests[{k}].{field}[{position}]"
                        wrong = "say at the service that guests come" if service.kind == "group" else "name a group service"
                        yield error("guest_service", path, f"{wrong}, or remove {id} from guest {guest.id} of {person.id}")


def relations(instance: Instance) -> Iterator[Issue]:
    """Relations are between two people and listed once, and the given homes differ."""
    people = {person.id: person for person in instance.participants}
    pairs: set[tuple[frozenset[str], str]] = set()
    for n, relation in enumerate(instance.relations):
        path, key = f"relations[{n}]", (frozenset((relation.a, relation.b)), relation.kind)
        if relation.a == relation.b:
            yield error("relation_self", path, f"name two different participants: {relation.a} appears twice")
            continue
        if key in pairs:
            yield warning("duplicate_relation", path, f"remove this relation of {relation.a} and {relation.b}: it is already listed")
        pairs.add(key)
        a, b = people.get(relation.a), people.get(relation.b)
        if a and b and share_home(a, b, is_in_time=relation.kind == "apart_in_time"):
            yield error("home_together", path, f"give {a.id} and {b.id}, who are kept apart, different home tracks or cohorts")


def couples_apart(case: Case) -> Iterator[Issue]:
    """No one is kept apart from the partner of an ordered couple session."""
    for n, relation in enumerate(case.instance.relations):
        pair = [case.participants[id] for id in (relation.a, relation.b)]
        partners = {(person.id, ordered.partner) for person in pair for ordered in services_of(case, person)}
        is_couple = bool(partners & {(relation.a, relation.b), (relation.b, relation.a)})
        if is_couple and "discharged" not in {person.status for person in pair}:
            message = f"remove this relation, or the couple sessions of {relation.a} and {relation.b}; nobody can have both"
            yield error("couple_apart", f"relations[{n}]", message)


def share_home(a: Participant, b: Participant, is_in_time: bool) -> bool:
    """Whether given homes bring two people together; two cohorts of one track still meet at the same times."""
    if "discharged" in (a.status, b.status):
        return False
    if a.home_cohort is not None and a.home_cohort == b.home_cohort:
        return True
    is_parted = not is_in_time and a.home_cohort is not None and b.home_cohort is not None
    return a.home_track is not None and a.home_track == b.home_track and not is_parted


def free_minutes(case: Case) -> Iterator[Issue]:
    """Every served participant has some free time this week."""
    for n, person in enumerate(case.instance.participants):
        if case.care.is_served(person.id) and not case.time.free(person.id):
            path = f"participants[{n}].availability"
            yield warning("no_free_time", path, f"ask {person.id} for free times: there are none this week, so nothing can be booked")


def age_groups(case: Case) -> Iterator[Issue]:
    """A home track or cohort has a group for the participant's age."""
    ages: dict[tuple[str, str | None], set[str]] = {}
    for group in case.instance.groups:
        ages.setdefault(("track", group.track), set()).update(case.groups.ages(group.id))
        ages.setdefault(("cohort", group.cohort), set()).update(case.groups.ages(group.id))
    for n, person in enumerate(case.instance.participants):
        for kind, home in (("track", person.home_track), ("cohort", person.home_cohort)):
            if home is not None and person.age_group not in ages.get((kind, home), {person.age_group}):
                message = f"give {person.id} another home: {home} has no group for this age group"
                yield warning("age_group_mismatch", f"participants[{n}].home_{kind}", message)
