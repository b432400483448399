"""Options that a single rule refuses, counted and in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.enumeration import NOT_ORDERED
from scheduler.explain.missing import Missing
from scheduler.explain.words import listed
from scheduler.fields import BookingMode
from scheduler.result import Cause
from scheduler.rules._authorizations import covering
from scheduler.rules.eligibility import reason
from scheduler.rules.group_intake import limit
from scheduler.terms import Visit
from scheduler.timegrid import DAY, Span
from scheduler.words import counted, day_name

NOT_OFFERED = "not_offered"
"""The cause for a group without any run: it does not meet this week."""


def refused_causes(case: Case, candidates: Candidates, missing: Missing) -> tuple[Cause, ...]:
    """How many options of a missing item each rule refuses, the rule with the most first."""
    person = missing.participant
    groups = helpful_groups(case, missing)
    needs = [n for n in case.care.order(person).needs if any(map(missing.helps, _need_probes(person, n.service, n.ordinal)))]
    causes = [*_of_groups(case, candidates, missing, groups)]
    for service in dict.fromkeys(need.service for need in needs):
        causes += _of_service(case, candidates, missing.participant, service)
    if not groups and not needs and missing.rule == "ordered_service":
        causes.append(
            Cause(rule=missing.rule, about=(str(missing.key[1]),), amount=0, sentence=f"nothing offers {missing.key[1]} this week")
        )
    elif not groups and not needs:
        causes.append(Cause(rule=missing.rule, amount=0, sentence="no group or service that would help is ordered"))
    return tuple(sorted(causes, key=lambda cause: -cause.amount))


def helpful_groups(case: Case, missing: Missing) -> list[str]:
    """The ordered groups that would reduce a missing item if the participant could join them."""
    person = missing.participant
    return [g for g in case.groups if case.care.is_ordered(person, g) and any(map(missing.helps, _probes(case, person, g)))]


def _probes(case: Case, participant: str, group: str) -> list[Visit]:
    """A visit to a group on each of its days, or on every day in a week in which it does not meet."""
    offer = case.groups[group]
    starts = [span.start for span in case.groups.spans(group)] or [day * DAY for day in range(7)]
    mode: BookingMode = "telehealth" if offer.mode == "telehealth" else "in_person"
    site = None if mode == "telehealth" else offer.site
    return [Visit(participant, offer.service, group, 1, Span(start, start + offer.minutes), mode, site) for start in starts]


def _need_probes(participant: str, service: str, ordinal: int) -> list[Visit]:
    """An appointment on each day."""
    return [Visit(participant, service, None, ordinal, Span(day * DAY, day * DAY), "in_person", None) for day in range(7)]


def _of_groups(case: Case, candidates: Candidates, missing: Missing, groups: list[str]) -> Iterator[Cause]:
    """How many groups each rule closes to the participant."""
    person = missing.participant
    open_to = {v.group for v in candidates.visits.get(person, ())}
    closed: dict[str, list[str]] = {}
    for group in groups:
        if group not in open_to:
            closed.setdefault(_closing_rule(case, candidates, person, group), []).append(group)
    for rule, ids in closed.items():
        sentence = _group_sentence(case, candidates, person, rule, ids, len(groups))
        yield Cause(rule=rule, about=tuple(ids), amount=len(ids), sentence=sentence)


def _closing_rule(case: Case, candidates: Candidates, participant: str, group: str) -> str:
    own: Counter[str] = Counter({r: n for r, n in candidates.refusals.get((participant, group), Counter()).items() if r != NOT_ORDERED})
    run = candidates.run_refusals.get(group, Counter())
    if own:
        return own.most_common(1)[0][0]
    return run.most_common(1)[0][0] if run and case.groups.spans(group) else NOT_OFFERED


def _group_sentence(case: Case, candidates: Candidates, participant: str, rule: str, ids: list[str], total: int) -> str:
    """One rule's refusals of groups in words."""
    number = f"{len(ids)} of {counted(total, 'group')}"
    if rule == "participant_availability":
        if not case.time.free(participant):
            return f"{participant} is not free at any time this week"
        return f"{participant} is not free at the times of {number}"
    if rule == "eligibility":
        why = reason(case, _probes(case, participant, ids[0])[0])
        return f"{participant} may not join {number}: {why or 'mode not agreed'}"
    if rule == "group_intake":
        closed = [g for g in ids if case.groups[g].is_closed]
        kind = "closed cohorts outside their gates" if closed else "still settling" if limit(case, ids[0]) == 0 else "full of newcomers"
        return f"{number} take no newcomers this week ({listed(ids)}: {kind})"
    if rule == "authorization":
        return _authorization(case, participant, case.groups[ids[0]].service, number)
    texts = {
        "track_integrity": f"{number} lie outside the home track of {participant}",
        "closures": f"{number} fall on closed hours",
        "clock_change": f"{number} fall where the clocks change",
        "clinician_availability": f"no clinician can lead {number} ({listed(ids)}): outside hours, on leave, busy, or in protected time",
        "clinician_qualification": f"no clinician at work may lead {number} ({listed(ids)})",
        "room_fit": f"no room suits {number} ({listed(ids)})",
        "room_conflict": f"the rooms of {number} are closed then ({listed(ids)})",
        "held_place": f"{participant} holds another time or mode in {number}",
        "second_staff_on_site": f"nobody else would be on site during {number}",
        "already_happened": f"{number} lie in the past",
        NOT_OFFERED: f"{number} do not meet this week ({listed(ids)})",
    }
    return texts.get(rule, f"{rule} refuses {number} ({listed(ids)})")


def _authorization(case: Case, participant: str, service: str, number: str) -> str:
    """When the authorization ends, or that there is none."""
    covered = [day for day in range(7) if covering(case, participant, service, case.week.date_of(day))]
    if covered and covered[-1] < 6:
        return f"the authorization for {service} ends on {day_name(covered[-1])}: {number} come later"
    return f"no authorization covers {service} on the dates of {number}"


def _of_service(case: Case, candidates: Candidates, participant: str, service: str) -> Iterator[Cause]:
    """How many times of an appointment each rule refuses; nothing if any times are left."""
    if any(v.service == service and v.group is None for v in candidates.visits.get(participant, ())):
        return
    refused = candidates.refusals.get((participant, service), Counter())
    if not refused:
        sentence = f"no clinician works at any time {service} could be given"
        yield Cause(rule="clinician_availability", about=(service,), amount=0, sentence=sentence)
    for rule, number in refused.items():
        sentence = _service_sentence(case, participant, service, rule, number, sum(refused.values()))
        yield Cause(rule=rule, about=(service,), amount=number, sentence=sentence)


def _service_sentence(case: Case, participant: str, service: str, rule: str, number: int, total: int) -> str:
    times = f"{number} of {total} possible times for {service}"
    if rule == "participant_availability":
        return (
            f"{participant} is not free at {times}, travel and guests included"
            if case.time.free(participant)
            else (f"{participant} is not free at any time this week")
        )
    if rule == "clinician_qualification":
        wanted = case.services[service].credentials
        if wanted and not any(set(wanted) & set(c.credentials) for c in case.clinicians.values()):
            return f"no clinician has a credential for {service} ({listed(wanted)})"
        if not wanted:
            return f"no clinician is licensed where {participant} joins from, at {times}"
        return f"no clinician with a credential for {service} ({listed(wanted)}) works while {participant} is free"
    if rule == "authorization":
        return _authorization(case, participant, service, times)
    texts = {
        "clinician_availability": f"notes after the session do not fit into working hours, or time is protected or busy, at {times}",
        "room_fit": f"no room suits {service} of {participant} at {times}",
        "closures": f"the program is closed at {times}",
        "clock_change": f"the clocks change at {times}",
        "eligibility": f"{participant} has not agreed to the mode, or is not enrolled, at {times}",
        "held_place": f"the standing appointment is held at last week's time, which refuses {times}",
        "second_staff_on_site": f"nobody else would be on site at {times}",
        "keep_apart": f"the couple is to be kept apart at {times}",
    }
    return texts.get(rule, f"{rule} refuses {times}")
