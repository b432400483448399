"""Barriers of staff: nobody is qualified, at work and free to give a session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.barriers.barrier import SESSION, Barrier, all_of, date_name, hours
from scheduler.case import Case
from scheduler.case.times import absence_spans
from scheduler.rules._clinicians import notes
from scheduler.rules.clinician_availability import in_protected, outside
from scheduler.rules.clinician_qualification import missing
from scheduler.rules.facilitator_ratio import may_lead
from scheduler.rules.second_staff_on_site import time_alone
from scheduler.terms import Run
from scheduler.timegrid import DAY, Span, clock, day_span, intersect
from scheduler.words import day_name

MOST_NAMED = 3
"""So many different things that keep clinicians are named."""
PLURAL = {"is": "are", "has": "have", "works": "work", "does": "do"}


def leaders(case: Case, group: str) -> list[str]:
    """The clinicians who may lead a group, at whatever time."""
    service = case.groups[group].service
    return [c for c in case.clinicians if not missing(case, c, service, group) and may_lead(case, group, c)]


def substitutes(case: Case, run: Run) -> list[str]:
    """Who could lead a run, and is only not listed as its facilitator."""
    offer = case.groups[run.group]
    return [
        c
        for c in case.clinicians
        if missing(case, c, offer.service, run.group) == ("place among the group's facilitators",)
        and may_lead(case, run.group, c)
        and unavailable(case, c, run.span, run.site, run.group) is None
    ]


def available(case: Case, run: Run) -> list[str]:
    """The leaders who could lead a run if they had nothing else to do."""
    return [c for c in leaders(case, run.group) if unavailable(case, c, run.span, run.site, run.group) is None]


def staff_barriers(case: Case, run: Run) -> Iterator[Barrier]:
    """Why nobody can lead a run."""
    able = leaders(case, run.group)
    if not able:
        yield from _unqualified(case, run.group)
        return
    reasons: dict[str, Barrier] = {}
    for clinician in able:
        barrier = unavailable(case, clinician, run.span, run.site, run.group)
        if barrier is None:
            return
        reasons[clinician] = barrier
    nearest = sorted(reasons, key=lambda c: reasons[c].minutes)
    others = substitutes(case, run)
    could = f"; {all_of(others, last='or')} could, but is not listed as its facilitator" if others else ""
    first = reasons[nearest[0]]
    if len(able) == 1:
        offer = case.groups[run.group]
        only = "the only one listed for it" if offer.facilitators else "the only one who may"
        text = f"nobody can lead {SESSION}: {nearest[0]}, {only}, {_again(first)}{could}"
    else:
        same: dict[str, list[str]] = {}
        for clinician in nearest:
            same.setdefault(_again(reasons[clinician]), []).append(clinician)
        each = "; ".join(f"{all_of(names)} {_plural(why) if len(names) > 1 else why}" for why, names in [*same.items()][:MOST_NAMED])
        text = f"nobody can lead {SESSION}: {each}{could}"
    yield Barrier(first.rule, text, (*nearest, *others), first.minutes)


def _plural(why: str) -> str:
    """The words on one clinician for several."""
    verb, _, rest = why.partition(" ")
    return f"{PLURAL.get(verb, verb)} {rest}"


def _again(barrier: Barrier) -> str:
    """The words of a barrier where the session was named before."""
    return barrier.text.replace(SESSION, "it")


def _unqualified(case: Case, group: str) -> Iterator[Barrier]:
    """What nobody has that the leader of a group needs."""
    offer = case.groups[group]
    credentials, leading = case.services[offer.service].credentials, offer.leading_credential
    staff = case.clinicians.values()
    listed = [c for c in staff if not offer.facilitators or c.id in offer.facilitators]
    who = f"none of the facilitators listed for {SESSION} ({all_of(offer.facilitators)})" if offer.facilitators else "no clinician"
    rule = "clinician_qualification"
    if not staff:
        yield Barrier(rule, f"there is no clinician to lead {SESSION}")
    elif credentials and not any(set(credentials) & set(c.credentials) for c in listed):
        yield Barrier(rule, f"{who} has the credential {all_of(credentials, last='or')}, which {offer.service} needs", offer.facilitators)
    elif leading is not None and not any(leading in c.credentials for c in listed):
        yield Barrier("facilitator_ratio", f"{who} has the credential {leading}, which the leader of {SESSION} needs", offer.facilitators)
    elif offer.language is not None and not any(offer.language in c.languages for c in listed):
        yield Barrier(rule, f"{who} speaks {offer.language}, the language of {SESSION}", offer.facilitators)
    else:
        parts = [*(["the credential for it"] if credentials else []), *([f"the credential {leading}"] if leading else [])]
        parts += [f"the language {offer.language}"] if offer.language else []
        yield Barrier(rule, f"{who} has all that leading {SESSION} needs: {all_of(parts)}", offer.facilitators)


def unavailable(case: Case, clinician: str, span: Span, site: str | None, group: str | None) -> Barrier | None:
    """Why a clinician cannot give a session, as the end of a sentence that begins with the clinician; None if nothing is against it."""
    real = case.week.real(span).widened(0, notes(case, group))
    until = case.week.later(span.end, notes(case, group))
    if out := outside(case, clinician, site, real):
        return Barrier("clinician_availability", _absent(case, clinician, Span(span.start, until), span, site), (clinician,), out)
    if over := in_protected(case, clinician, real):
        return Barrier("clinician_availability", _busy(case, clinician, Span(span.start, until), span), (clinician,), over)
    if alone := time_alone(case, clinician, span, site):
        times = all_of([hours(part) for part in alone])
        text = f"would be alone at {site} {times} on {day_name(span.day)}"
        return Barrier("second_staff_on_site", text, (clinician,), sum(part.minutes for part in alone))
    return None


def _absent(case: Case, clinician: str, occupied: Span, span: Span, site: str | None) -> str:
    """How a session and its notes lie outside working hours."""
    day = day_span(span.day)
    if any(leave.overlaps(occupied) for leave in absence_spans(case.clinicians[clinician].leave, case.week)):
        return f"is on leave on {date_name(case, span.day)}"
    work = [(part, where) for window, where in case.time.work(clinician) for part in intersect([window], [day])]
    here = [window for window, where in work if site in (None, where)]
    if not work:
        return f"does not work on {day_name(span.day)}"
    if not here:
        places = all_of(["by telehealth" if where is None else f"at {where}" for _, where in work])
        return f"works only {places} on {day_name(span.day)}"
    notes_too = " with notes" if occupied.end > span.end else ""
    if any(window.start <= span.start and span.end <= window.end for window in here):
        end, needed = clock(here[-1].end % DAY or DAY), clock(occupied.end % DAY)
        return f"works until {end} on {day_name(span.day)}, and {SESSION} takes until {needed}{notes_too}"
    return f"works {all_of([hours(window) for window in here])} on {day_name(span.day)}"


def _busy(case: Case, clinician: str, occupied: Span, span: Span) -> str:
    """How protected or busy time stands against a session and its notes."""
    there = [part for part in case.time.protected(clinician) if part.overlaps(occupied)]
    parts = intersect(there, [day_span(span.day)]) or (occupied,)
    kind = "is busy" if any(part.overlaps(parts[0]) for part in case.time.busy(clinician)) else "has protected time"
    text = f"{kind} {all_of([hours(part) for part in parts])} on {day_name(span.day)}"
    if all(part.start >= span.end for part in parts):
        return f"{text}, and the notes after {SESSION} take until {clock(occupied.end % DAY)}"
    return text


def entitled(case: Case, service: str) -> list[str]:
    """The clinicians with a credential for a service."""
    return [c for c in case.clinicians if not missing(case, c, service, None)]


def credential_barrier(case: Case, service: str) -> Barrier | None:
    """Nobody may give a service."""
    credentials: Sequence[str] = case.services[service].credentials
    if entitled(case, service):
        return None
    if not case.clinicians:
        return Barrier("clinician_qualification", f"there is no clinician to give {service}")
    return Barrier("clinician_qualification", f"no clinician has the credential {all_of(credentials, last='or')}, which {service} needs")
