"""Ideas that one participant can agree to (telehealth, a longer wait, another track, giving up a held place), and releasing a pin."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from scheduler.case import Case, HeldPlace
from scheduler.explain.words import listed
from scheduler.fixes.idea import Idea
from scheduler.fixes.places import telehealth_fields
from scheduler.instance.change import Change
from scheduler.result import Cause, FixKind
from scheduler.view import View


def agreements(case: Case, view: View, person: str, causes: Sequence[Cause]) -> Iterator[Idea]:
    """Ideas that a participant or the coordinator alone could agree to, given the causes of unmet care."""
    rules = {cause.rule for cause in causes}
    if "longest_wait" in rules:
        words = f"{person} agrees to wait longer than {case.policy.longest_wait} minutes"
        yield _consent(person, "longer_wait", {"may_wait_longer": True}, words)
    if "track_integrity" in rules:
        yield _consent(person, "change_track", {"may_change_track": True}, f"{person} agrees to groups of several tracks")
    if _could_join_remotely(case, person):
        yield _consent(person, "telehealth", telehealth_fields(case, person), f"{person} agrees to telehealth")
    held = [h for h in case.places.held[person] if h.released is None and not case.time.is_past(h.span.start)]
    if held and case.participants[person].status != "on_hold":
        yield own_places(person, held)
    yield from _pins(case, view, person, {id for cause in causes for id in cause.about})


def _consent(person: str, kind: FixKind, fields: dict[str, object], words: str) -> Idea:
    return Idea(kind, (kind, person), {"participants": {person: fields}}, (person,), words)


def _could_join_remotely(case: Case, person: str) -> bool:
    """Whether telehealth is offered and not yet agreed to."""
    offered = any(g.mode != "in_person" for g in case.groups.values()) or any(
        "telehealth" in case.services[need.service].modes for need in case.care.order(person).needs
    )
    return offered and "telehealth" not in case.care.order(person).modes


def own_places(person: str, held: Sequence[HeldPlace]) -> Idea:
    """The participant gives up held places; only those the new roster does not keep are released."""

    def narrow(case: Case, view: View) -> Idea | None:
        left = [h for h in held if not is_kept(view, h)]
        return own_places(person, left) if left and len(left) < len(held) else None

    names = listed([h.group or h.service for h in held])
    words = f"{person} gives up the place held in {names}"
    return Idea("own_place", ("own_place", person), released(held), (person,), words, narrow=narrow)


def released(held: Sequence[HeldPlace]) -> Change:
    """The change that releases held places."""
    entries = [
        {"participant": h.participant, "group": h.group}
        if h.group is not None
        else {"participant": h.participant, "service": h.service, "ordinal": h.ordinal}
        for h in held
    ]
    return {"history": {"released": {"add": entries}}}


def is_kept(view: View, held: HeldPlace) -> bool:
    """Whether a roster keeps a held place at its time."""
    return any(
        (v.group, v.service, v.ordinal, v.span, v.mode) == (held.group, held.service, held.ordinal, held.span, held.mode)
        for v in view.visits[held.participant]
    )


def _pins(case: Case, view: View, person: str, named: Collection[str]) -> Iterator[Idea]:
    """Release each pin that concerns ids named in the causes; the members of a pinned group may move with it."""
    for number, pin in enumerate(case.instance.pins):
        ids = [i for i in (pin.participant, pin.clinician, pin.group, pin.service, pin.room) if i is not None]
        if not any(i in named for i in ids):
            continue
        members = [p for placed in view.runs if placed.session.group == pin.group for p in placed.participants()]
        others = tuple(p for p in dict.fromkeys([*members, pin.participant]) if p is not None and p != person)
        words = f"release pin {number} ({pin.kind} of {listed(ids)})"
        yield Idea("pin", ("pin", number), {"pins": {"remove": [number]}}, (person,), words, others)
