"""From candidates to Timefold's facts and entities, and back to a roster."""

from collections.abc import Iterator

from benchmarks.peers.timefold_peer.domain import Due, Meeting, Option, Person, Place, Week, Worker
from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.roster import Roster
from scheduler.rule import Rule, overriding
from scheduler.rules.clinician_load import limit, minutes_per_week
from scheduler.rules.facilitator_continuity import familiar_of
from scheduler.rules.facilitator_ratio import may_lead
from scheduler.rules.group_intake import limit as newcomers_allowed
from scheduler.rules.group_size import minimum, places
from scheduler.rules.held_place import left_for_others, places_held
from scheduler.rules.ordered_service import due
from scheduler.rules.track_integrity import track_of
from scheduler.terms import Run, Staffing, Visit
from scheduler.verify import multiplier
from scheduler.view import View

MANY = 10_000
UNFAMILIAR = 15
"""Default weight of `facilitator_continuity`."""
APPOINTMENT_OPTIONS = 60
"""Ways to have an appointment that Timefold may choose from: with all of them it reaches fewer rosters in the same time."""


class Facts:
    """One instance as Timefold's week, with a roster to start from.

    Groups with several possible times keep the first; an appointment keeps its cheapest options, next to the person's possible groups.

    Attributes:
        visits: `Option.id` to the visit, or the staffing, it stands for.
    """

    def __init__(self, case: Case, candidates: Candidates, rules: list[Rule], start: Roster) -> None:
        self.case, self.candidates = case, candidates
        self._has_intake = any(rule.id == "group_intake" for rule in rules)
        view = View(case, start)
        self._started = {_key(visit) for visits in view.visits.values() for visit in visits}
        self._leading = {placed.session.group: list(placed.session.facilitators) for placed in view.runs}
        self._pricing = [rule for rule in overriding(rules, "price") if rule.level == "preference"]
        self.runs: dict[str, Run] = {}
        for run in candidates.runs:
            self.runs.setdefault(run.group, run)
        self.groups, self.staff, self.sites = list(self.runs), list(case.clinicians), list(case.sites)
        self.tracks = sorted({g.track for g in case.groups.values() if g.track is not None})
        self.visits: list[Visit | Staffing] = []
        self.nobody = Person(-1, 1, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0)
        self.dues: list[Due] = []
        self.people = {p: self._person(n, p) for n, p in enumerate(case.participants)}
        self.workers = [self._worker(n, c) for n, c in enumerate(self.staff)]

    def week(self) -> Week:
        """All facts, decided as in the roster to start from."""
        found = [lead for group in self.groups for lead in self._leads(group)]
        found += [place for p in self.candidates.visits for place in self._places(p)]
        for number, place in enumerate(found):
            place.id = number
        return Week([*self.people.values(), self.nobody], [self._meeting(g) for g in self.groups], self.dues, self.workers, found)

    def _person(self, number: int, participant: str) -> Person:
        order, policy = self.case.care.order(participant), self.case.policy
        return Person(
            number,
            self.case.care.factor(participant),
            order.floor,
            order.ceiling,
            order.sessions_floor,
            order.sessions_ceiling,
            order.days_floor,
            order.days_ceiling,
            policy.day_minutes_ceiling,
            policy.day_sessions_ceiling,
            -1 if order.target is None else order.target,
            policy.longest_wait,
            policy.session_amount,
        )

    def _worker(self, number: int, clinician: str) -> Worker:
        day = [limit(self.case, clinician, measure) for measure in ("minutes", "sessions")]
        return Worker(number, minutes_per_week(self.case, clinician), *day)

    def _meeting(self, group: str) -> Meeting:
        case, most = self.case, newcomers_allowed(self.case, group) if self._has_intake else None
        holders = places_held(case).holders.get(group)
        return Meeting(
            self.groups.index(group),
            places(case, group),
            left_for_others(case, group) if holders else MANY,
            MANY if most is None else most,
            minimum(case, group),
            case.groups.ratio(group),
        )

    # --- places -------------------------------------------------------------------------------------------------------------

    def _places(self, participant: str) -> Iterator[Place]:
        """A place for each group and each need with a way to have it; a couple's only where the roster to start from has it."""
        options: dict[tuple[str, int], list[Visit]] = {}
        for visit in self.candidates.visits[participant]:
            is_possible = self.runs[visit.group].span == visit.span if visit.group is not None else visit.partner is None
            if is_possible or _key(visit) in self._started:
                options.setdefault((visit.group or visit.service, visit.ordinal), []).append(visit)
        dues = self._dues(participant)
        for visits in options.values():
            yield self._place(visits, dues)

    def _dues(self, participant: str) -> list[tuple[object, int]]:
        """What is ordered by number, with its number among the facts."""
        found = []
        for ordered in due(self.case, participant):
            found.append((ordered, len(self.dues)))
            self.dues.append(Due(len(self.dues), self.people[participant], ordered.count, ordered.minutes))
        return found

    def _place(self, visits: list[Visit], dues: list) -> Place:
        first, case = visits[0], self.case
        track = track_of(case, first)
        held = first.group is not None and first.group in places_held(case).groups.get(first.participant, {})
        options = [self._option(visit) for visit in self._kept(visits)]
        return Place(
            0,
            self.people[first.participant],
            -1 if first.group is None else self.groups.index(first.group),
            -1,
            case.care.minutes(first.service, first.group),
            int(case.care.is_counted(first.service)),
            -1 if track is None else self.tracks.index(track),
            next((number for ordered, number in dues if ordered.is_met_by(first)), -1),
            held,
            first.group is not None and not held,
            first.group is not None and self._is_newcomer(first.participant, first.group),
            options,
            next((option for option in options if _key(self.visits[option.id]) in self._started), None),
        )

    def _kept(self, visits: list[Visit]) -> list[Visit]:
        """All visits of a group; of an appointment, the one to start from and the most promising others."""
        if visits[0].group is not None:
            return visits
        ends = [edge for v in self.candidates.visits[visits[0].participant] if v.group is not None for edge in v.span]

        def rank(visit: Visit) -> tuple[bool, int, int, int]:
            away = min((min(abs(visit.span.start - e), abs(visit.span.end - e)) for e in ends), default=0)
            return (
                _key(visit) not in self._started,
                self._price(visit) + away // 15,
                visit.span.start,
                self.staff.index(visit.clinician or ""),
            )

        return sorted(visits, key=rank)[:APPOINTMENT_OPTIONS]

    def _price(self, visit: Visit) -> int:
        return sum(multiplier(self.case, rule, None) * rule.price(self.case, visit) for rule in self._pricing)

    def _is_newcomer(self, participant: str, group: str) -> bool:
        last = self.case.past.last_groups(participant)
        return group not in last if self.case.groups[group].is_closed else not last

    def _option(self, visit: Visit) -> Option:
        case = self.case
        travel = case.time.travel(visit.participant, visit.site)
        away = visit.span.widened(travel, travel)
        window = next((n for n, free in enumerate(case.time.free(visit.participant)) if free.contains(away)), -1)
        site = -1 if visit.site is None else self.sites.index(visit.site)
        self.visits.append(visit)
        return Option(
            len(self.visits) - 1,
            visit.span.start,
            visit.span.end,
            visit.day,
            site,
            window * len(self.sites) + site,
            away.start,
            away.end,
            self._price(visit),
            -1 if visit.clinician is None or not visit.is_lead else self.staff.index(visit.clinician),
            visit.span.end + case.policy.notes_after_session,
        )

    def _leads(self, group: str) -> Iterator[Place]:
        """As many as a full group needs."""
        run, number = self.runs[group], self.groups.index(group)
        leading = self._leading.get(group, [])
        for n in range(-(-max(1, places(self.case, group)) // self.case.groups.ratio(group))):
            staff = self._staff(run)
            options = [self._lead(run, clinician) for clinician in staff]
            start = options[staff.index(leading[n])] if n < len(leading) and leading[n] in staff else None
            yield Place(0, self.nobody, -1, number, 0, 0, -1, -1, False, False, False, options, start)

    def _staff(self, run: Run) -> list[str]:
        """Who may lead, the leading credential first."""
        return sorted((s.clinician for s in self.candidates.staffings[run]), key=lambda c: (not may_lead(self.case, run.group, c), c))

    def _lead(self, run: Run, clinician: str) -> Option:
        familiar = familiar_of(self.case, run)
        price = UNFAMILIAR if familiar is not None and clinician not in familiar else 0
        self.visits.append(Staffing(run, clinician))
        busy = run.span.end + self.case.policy.notes_after_group
        number = self.staff.index(clinician)
        return Option(len(self.visits) - 1, run.span.start, run.span.end, run.day, -1, -1, 0, 0, price, number, busy)


def _key(visit: Visit) -> tuple[object, ...]:
    """What makes two visits the same for the participant."""
    return visit.participant, visit.group or visit.service, visit.ordinal, visit.span, visit.mode, visit.clinician
