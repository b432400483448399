"""The process that finds reasons and fixes, parallel to the end of the search.

Questions and answers are JSON lines. A new question ends the work on the last one, and what is still true of the new roster is kept. The
process ends as soon as its input does, so it never outlives the search.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from queue import SimpleQueue

from scheduler.case import Case
from scheduler.fields import Model
from scheduler.fixes.after_search import AfterSearch
from scheduler.instance import Instance
from scheduler.model.clock import Clock
from scheduler.result import SolveLimits, Unmet
from scheduler.roster import Roster


class FixQuestion(Model):
    """What to find the reasons and fixes of.

    Attributes:
        number: Questions are numbered, so that a late answer is not taken for that of the next one.
        alone: What the care of some participants costs at least alone, as the search has found.
        ends: When to have answered, as `time.monotonic` shows it, which is the same in all processes.
        limits: Those of the solve.
    """

    number: int
    roster: Roster
    care_bound: int
    alone: dict[str, int]
    ends: float
    limits: SolveLimits


class FixAnswer(Model):
    """A better roster than that of the question, or at last the unmet care of the best one that was found.

    Attributes:
        number: The number of the question.
    """

    number: int
    better: Roster | None = None
    unmet: tuple[Unmet, ...] | None = None


def _serve() -> None:
    """Run the process: read the week, then answer questions."""
    alone: dict[str, int] = {}
    after = AfterSearch(Case(Instance.model_validate_json(sys.stdin.readline())), alone.get)
    questions: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_listen_for, args=(questions,), daemon=True).start()
    while True:
        text = questions.get()
        while not questions.empty():
            text = questions.get()
        question = FixQuestion.model_validate_json(text)
        alone |= question.alone
        _answer(after, question, questions)


def _listen_for(questions: SimpleQueue[str]) -> None:
    """Collect the questions; when they end, exit at once, because no one is waiting for answers."""
    for line in sys.stdin:
        questions.put(line)
    os._exit(0)


def _answer(after: AfterSearch, question: FixQuestion, questions: SimpleQueue[str]) -> None:
    """FixAnswer a question, unless the next one comes first."""

    def take(roster: Roster) -> Roster:
        _say(FixAnswer(number=question.number, better=roster))
        return roster

    seconds = max(0.0, question.ends - time.monotonic())
    limits = question.limits.model_copy(update={"seconds": seconds, "workers": 1})
    unmet = after.unmet(question.roster, Clock(limits, lambda: not questions.empty()), take, question.care_bound)
    _say(FixAnswer(number=question.number, unmet=unmet))


def _say(answer: FixAnswer) -> None:
    sys.stdout.write(answer.model_dump_json() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _serve()
