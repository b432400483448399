"""Configures and runs Timefold, and writes what it found as a roster."""

import time
from threading import Timer

from timefold.solver import SolverFactory
from timefold.solver.config import Duration, EnvironmentMode, ScoreDirectorFactoryConfig, SolverConfig, TerminationConfig

from benchmarks.answer import Answer
from benchmarks.peers.timefold_peer.domain import Place, Week
from benchmarks.peers.timefold_peer.facts import Facts
from benchmarks.peers.timefold_peer.rules import rules
from benchmarks.peers.timefold_peer.sessions import to_roster
from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.greedy import fill as greedy
from scheduler.greedy.repair import legal_part
from scheduler.instance import Instance
from scheduler.result import SolveLimits
from scheduler.rules import RULES

SEARCH_SHARE = 0.9
"""Share of the limit after which it stops; the rest is for turning Java objects back, writing and repairing."""
PHASES = """
<solver xmlns="https://timefold.ai/xsd/solver">
  <constructionHeuristic><constructionHeuristicType>FIRST_FIT</constructionHeuristicType></constructionHeuristic>
  <localSearch>
    <changeMoveSelector/>
    <acceptor><lateAcceptanceSize>400</lateAcceptanceSize></acceptor>
    <forager><acceptedCountLimit>1</acceptedCountLimit></forager>
  </localSearch>
</solver>
"""


def run(instance: Instance, limits: SolveLimits) -> Answer:
    """One run."""
    began = time.monotonic()
    case = Case(greedy.of_this_week(instance))
    in_force = [rule for rule in RULES if rule.applies_to(case)]
    candidates = enumerate_candidates(case, in_force)
    start = greedy.fill_week(instance)
    assert start is not None
    facts = Facts(case, candidates, in_force, start)
    week = facts.week()
    build_seconds = time.monotonic() - began
    solver = SolverFactory.create(_config(limits)).build_solver()
    # Its own limit would not count the time in which Python objects become Java ones.
    alarm = Timer(max(1.0, limits.seconds * SEARCH_SHARE - (time.monotonic() - began)), solver.terminate_early)
    alarm.start()
    solved = solver.solve(week)
    alarm.cancel()
    raw = to_roster(facts, solved)
    found = greedy.better(case, start, legal_part(case, raw), greedy.completed(case, raw))
    return Answer(found, "feasible", time.monotonic() - began, build_seconds)


def _config(limits: SolveLimits) -> SolverConfig:
    return SolverConfig(
        xml_source_text=PHASES,
        solution_class=Week,
        entity_class_list=[Place],
        environment_mode=EnvironmentMode.NO_ASSERT,
        random_seed=limits.seed,
        score_director_factory_config=ScoreDirectorFactoryConfig(constraint_provider_function=rules),
        termination_config=TerminationConfig(spent_limit=Duration(milliseconds=int(limits.seconds * 1000))),
    )
