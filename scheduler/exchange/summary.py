"""A result in sentences, for the printed page and the terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence

from scheduler.exchange.page import PageSummary, UnmetLine
from scheduler.reasons import reasons_once
from scheduler.result import SolveResult, TierResult, Unmet
from scheduler.rules import RULES
from scheduler.verify import Verdict
from scheduler.words import counted

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
    if tier.bound <= tier.unavoidable:
        return "how much better it could be is not known yet; allow more time"
    apart = f", apart from {tier.unavoidable} that no session could give" if tier.unavoidable else ""
    return f"at most {percent(tier)} from the best possible{apart}"


def unmet_cards(unmet: Sequence[Unmet]) -> tuple[UnmetLine, ...]:
    """Unmet care, one card for each participant: everything missing, every cause once, and the fixes that help, each once."""
    people = dict.fromkeys(entry.participant for entry in unmet)
    return tuple(_card(person, [entry for entry in unmet if entry.participant == person]) for person in people)


def _card(participant: str, entries: Sequence[Unmet]) -> UnmetLine:
    fixes = dict.fromkeys(fix.sentence for entry in entries for fix in entry.fixes)
    what = dict.fromkeys(entry.what for entry in entries)
    return UnmetLine(participant, ", ".join(what), "; ".join(reasons_once(entries)), tuple(fixes))


def page_of_result(result: SolveResult) -> PageSummary:
    """The page's summary of a solve; without a roster, only the status."""
    if result.care is None or result.preference is None:
        return PageSummary(result.message, "", "")
    return PageSummary(
        status_line=result.message,
        care_line=care_line(result.care),
        comfort_line=preference_line(result.preference, result.care.is_proven),
        unmet=unmet_cards(result.unmet),
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
