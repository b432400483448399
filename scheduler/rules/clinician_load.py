"""No clinician is overloaded.

Rule: A clinician has at most 360 direct minutes (clock minutes of sessions) a day and 1500 a week, 2 blocks and 8 sessions a day, and
sees at most 24 own participants a week in individual, family or couple sessions. A quarter of the weekly working minutes after leave,
rounded down, is not in sessions; notes, lunch and protected time count as free. A clinician's own limits replace the policy's. All
sessions count here, short ones too.
Math: sums of minutes, blocks, sessions, own participants <= limit; week: also <= working - floor(indirect_percent x working / 100).
What has happened may exceed a limit; then nothing may be added to it.
Amount: minutes, blocks, sessions or participants over the limit.
Source: operational defaults (6 h a day, 25 h a week); MN: 25 % of scheduled hours; NJAC 10:161B: caseload 1:24.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._clinicians import Task, sessions_of
from scheduler.rules._sharing import within
from scheduler.rules._words import days_of
from scheduler.terms import AnyOf, Row, Staffing, Visit
from scheduler.timegrid import WEEKDAYS, merge
from scheduler.view import PlacedSession, View
from scheduler.words import counted

if TYPE_CHECKING:
    from scheduler.candidates import Candidates
    from scheduler.columns import SessionColumns

DAILY = ("minutes", "blocks", "sessions")


class ClinicianLoad(Rule):
    """Direct minutes, blocks, sessions and caseload of a clinician are limited."""

    id = "clinician_load"
    title = "A clinician's workload stays within limits"
    level = "hard"
    scope = "shared"
    unit = "minutes, blocks, sessions or participants over"
    parameters = (
        "direct_minutes_per_day",
        "direct_minutes_per_week",
        "blocks_per_day",
        "clinician_sessions_per_day",
        "caseload",
        "indirect_percent",
        "block_minutes",
    )
    source = "operational defaults; MN; NJAC 10:161B"

    def applies_to(self, case: Case) -> bool:
        """Whether there are clinicians."""
        return bool(case.clinicians)

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """One row per clinician, day and daily limit, one for the week's minutes, one for the caseload."""
        own = _own_visits(case, candidates)
        for clinician in case.clinicians:
            sessions, blocks = candidates.columns.sessions(clinician), _blocks(case, candidates, clinician)
            rows = [Row(self.id, (clinician, "week"), sessions.terms(sessions.minutes), minutes_per_week(case, clinician))]
            for day, of_day in sessions.by_day():
                of_measures = of_day.terms(of_day.minutes), blocks.at(blocks.day == day).terms(), of_day.terms()
                for measure, terms in zip(DAILY, of_measures, strict=True):
                    rows.append(Row(self.id, (clinician, WEEKDAYS[day], measure), terms, limit(case, clinician, measure)))
            caseload = tuple((AnyOf((self.id, clinician, p), tuple(visits)), 1) for p, visits in own[clinician].items())
            rows.append(Row(self.id, (clinician, "caseload"), caseload, limit(case, clinician, "caseload")))
            for row in rows:
                yield from within(row, candidates.past)

    def check_duty(self, case: Case, view: View, clinician: str, day: int) -> Iterator[Violation]:
        """Add up a day."""
        tasks = sessions_of(view, clinician, day)
        for measure in DAILY:
            counts = [(measured(case, task, measure), placed) for task, placed in tasks]
            yield from self._over(case, clinician, measure, "on", counts, limit(case, clinician, measure))

    def check_clinician(self, case: Case, view: View, clinician: str) -> Iterator[Violation]:
        """Add up the week."""
        sessions = view.by_clinician[clinician]
        minutes = [(placed.span.minutes, placed) for placed in sessions]
        yield from self._over(case, clinician, "minutes", "in the week, on", minutes, minutes_per_week(case, clinician))
        firsts: dict[str, PlacedSession] = {}
        for placed in sessions:
            for participant in placed.participants() if placed.session.group is None else ():
                if case.participants[participant].primary_therapist == clinician:
                    firsts.setdefault(participant, placed)
        caseload = [(1, placed) for placed in firsts.values()]
        yield from self._over(case, clinician, "own participants", "in the week, on", caseload, limit(case, clinician, "caseload"))

    def _over(
        self, case: Case, clinician: str, what: str, when: str, counts: Sequence[tuple[int, PlacedSession]], bound: int
    ) -> Iterator[Violation]:  # fmt: skip
        """The amount by which the sum of the counts exceeds the bound, or what past sessions alone have used."""
        whole = sum([count for count, _ in counts])
        if whole > bound and whole > (allowed := max(bound, sum(count for count, placed in counts if placed.is_past))):
            days = days_of(case, (placed.day for _, placed in counts))
            message = f"{clinician} has {counted(whole, what.removesuffix('s'))} {when} {days}; the limit is {allowed}"
            yield self.violation(whole - allowed, (clinician,), message, [placed.id for _, placed in counts])


def limit(case: Case, clinician: str, measure: str) -> int:
    """A clinician's own limit, or the policy's."""
    own, policy = case.clinicians[clinician].limits, case.policy
    value, default = {
        "minutes": (own.direct_minutes_per_day, policy.direct_minutes_per_day),
        "blocks": (own.blocks_per_day, policy.blocks_per_day),
        "sessions": (own.sessions_per_day, policy.clinician_sessions_per_day),
        "caseload": (own.caseload, policy.caseload),
    }[measure]
    return default if value is None else value


def minutes_per_week(case: Case, clinician: str) -> int:
    """The most direct minutes of the week: the limit, and the working time after leave and indirect work."""
    return case.memo(f"clinician_load {clinician}", lambda: _minutes_per_week(case, clinician))


def _minutes_per_week(case: Case, clinician: str) -> int:
    own = case.clinicians[clinician].limits.direct_minutes_per_week
    working = sum(case.week.between(*span) for span in merge(window for window, _ in case.time.work(clinician)))
    indirect = working * case.policy.indirect_percent // 100
    return min(case.policy.direct_minutes_per_week if own is None else own, working - indirect)


def measured(case: Case, task: Task, measure: str) -> int:
    """The amount that a session adds to a daily limit."""
    if measure == "minutes":
        return task.span.minutes
    return int(measure == "sessions" or (task.group is not None and case.groups.is_block(task.group)))


def _blocks(case: Case, candidates: Candidates, clinician: str) -> SessionColumns:
    """The blocks that a clinician may facilitate."""
    staffings = candidates.columns.staffings(clinician)
    return staffings.where(isinstance(h, Staffing) and case.groups.is_block(h.run.group) for h in staffings.handles())


def _own_visits(case: Case, candidates: Candidates) -> dict[str, dict[str, list[Visit]]]:
    """By clinician and own participant, the visits that would see them."""
    visits_of: dict[str, dict[str, list[Visit]]] = {clinician: {} for clinician in case.clinicians}
    for participant, visits in candidates.visits.items():
        therapist = case.participants[participant].primary_therapist
        mine = [v for v in visits if v.clinician is not None and v.clinician == therapist]
        if mine and therapist in visits_of:
            visits_of[therapist][participant] = mine
    return visits_of
