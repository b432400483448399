"""Workflows of the job engine, and recovery of those whose process died. All uses of DBOS internals are in this module."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dbos import DBOS

GAVE_UP = frozenset({"MAX_RECOVERY_ATTEMPTS_EXCEEDED", "ERROR", "CANCELLED"})
ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
MOST = 500
"""How many workflows are read or deleted in one statement."""


@dataclass(frozen=True, slots=True)
class RunningWorkflow:
    """A workflow taken by a process to run.

    Attributes:
        owner: The lease of that process.
    """

    job: str
    owner: str


def running() -> list[RunningWorkflow]:
    """The workflows that are running, or were running when their process died."""
    workflows = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
    return [RunningWorkflow(w.workflow_id, w.executor_id) for w in workflows if w.executor_id is not None]


def states_of(jobs: Iterable[str]) -> dict[str, str]:
    """The states of workflows, by job; jobs unknown to the engine are left out."""
    ids = list(jobs)
    states: dict[str, str] = {}
    for start in range(0, len(ids), MOST):
        batch = DBOS.list_workflows(workflow_ids=ids[start : start + MOST], load_input=False, load_output=False)
        states |= {w.workflow_id: w.status for w in batch}
    return states


def recover(owner: str) -> None:
    """Requeue the workflows of a dead process, keeping their attempt counts. Calling this twice has no further effect.

    DBOS has a public call for this only in a paid service; a test guards the behavior of this one.
    """
    DBOS._recover_pending_workflows([owner])


def run_again(job: str, queue: str) -> None:
    """Requeue a workflow that this process took but never ran because of a database error."""
    DBOS.resume_workflow(job, queue_name=queue)


def forget(jobs: list[str]) -> None:
    """Delete workflows."""
    DBOS.delete_workflows(jobs)


def forget_ended(before: datetime) -> int:
    """Delete workflows that ended before a time, and return their number."""
    workflows = DBOS.list_workflows(status=ENDED, completed_before=before.isoformat(), limit=MOST, load_input=False, load_output=False)
    if workflows:
        DBOS.delete_workflows([w.workflow_id for w in workflows])
    return len(workflows)
