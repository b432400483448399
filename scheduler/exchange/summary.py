"""A result in sentences, for the printed page and the terminal."""

from __future__ import annotations

import math

from scheduler.exchange.page import PageSummary, UnmetLine
from scheduler.result import SolveResult, TierResult, Unmet
from scheduler.rules import RULES
from scheduler.verify import Verdict
from scheduler.words import counted

KINDS = {
    "impossible_alone": "impossible even if nobody else were in the program",
    "lost": "possible alone, lost to what is shared with others",
    "unproven": "not decided within the limit",
}
CARE_DONE = "Care: everything ordered is in the roster"


def percent(tier: TierResult) -> str:
    """The gap of a tier, rounded up to a tenth of a percent: ``1.8 %``."""
    return f"{math.ceil(tier.gap * 1000 - 1e-9) / 10:g} %"


def care_line(tier: TierResult) -> str:
    """How good the care tier is."""
    return CARE_DONE if tier.objective == 0 else f"Care: {_distance(tier)}"


def preference_line(tier: TierResult, is_care_proven: bool) -> str:
    """How good the preference tier is; without a proven care tier, only among rosters with the same care."""
    return f"Preferences{'' if is_care_proven else ', care held as it is'}: {_distance(tier)}"


def _distance(tier: TierResult) -> str:
    if tier.is_proven:
        return "nothing better exists (proven)"
    if tier.bound <= 0:
        return "how much better it could be is not known yet; allow more time"
    return f"at most {percent(tier)} from the best possible"


def unmet_line(unmet: Unmet) -> UnmetLine:
    """Unmet care with its causes, and the fixes that help or how many were tried without success."""
    why = "; ".join(cause.sentence for cause in unmet.causes) or KINDS[unmet.kind]
    if unmet.fixes_summary and not unmet.fixes:
        why = f"{why} ({unmet.fixes_summary})"
    return UnmetLine(unmet.participant, unmet.what, why, tuple(fix.sentence for fix in unmet.fixes))


def page_of_result(result: SolveResult) -> PageSummary:
    """The page's summary of a solve; without a roster, only the status."""
    if result.care is None or result.preference is None:
        return PageSummary(result.message, "", "")
    return PageSummary(
        status_line=result.message,
        care_line=care_line(result.care),
        comfort_line=preference_line(result.preference, result.care.is_proven),
        unmet=tuple(unmet_line(unmet) for unmet in result.unmet),
        not_covered=result.not_covered,
    )


def page_of_verdict(verdict: Verdict) -> PageSummary:
    """The page's summary of a roster that was checked, not solved: what is missing, but not how good it could be."""
    broken = counted(len(verdict.violations), "violation")
    titles = {rule.id: rule.title for rule in RULES}
    return PageSummary(
        status_line=f"Not legal: {broken} of hard rules" if verdict.violations else "Legal: no hard rule is broken",
        care_line=care_cost(verdict.score.care),
        comfort_line=f"Preferences: cost {verdict.score.preference}",
        unmet=tuple(UnmetLine(v.participant, v.message, titles[v.rule]) for v in verdict.amounts if v.participant is not None),
        not_covered=verdict.not_covered,
    )


def care_cost(minutes: int) -> str:
    """The care objective of a roster without a bound to compare it with."""
    return f"Care: {minutes} minutes missing, the urgent ones counted more than once" if minutes else CARE_DONE
