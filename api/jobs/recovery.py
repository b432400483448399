"""What the job engine knows of its workflows, and what it does about those of the dead. All of DBOS that is not public is named here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dbos import DBOS

GAVE_UP = frozenset({"MAX_RECOVERY_ATTEMPTS_EXCEEDED", "ERROR", "CANCELLED"})
ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
MOST = 500
"""So many workflows are looked at or deleted in one statement."""


@dataclass(frozen=True, slots=True)
class Running:
    """A workflow somebody took to run.

    Attributes:
        owner: The badge of the process that took it.
    """

    job: str
    owner: str


def running() -> list[Running]:
    """The workflows that are running, or were when their process died."""
    found = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
    return [Running(w.workflow_id, w.executor_id) for w in found if w.executor_id is not None]


def states_of(jobs: Iterable[str]) -> dict[str, str]:
    """The states of workflows, by job; those the engine does not know are left out."""
    ids = list(jobs)
    found: dict[str, str] = {}
    for start in range(0, len(ids), MOST):
        batch = DBOS.list_workflows(workflow_ids=ids[start : start + MOST], load_input=False, load_output=False)
        found |= {w.workflow_id: w.status for w in batch}
    return found


def recover(owner: str) -> None:
    """Put the workflows of a dead process back into their queue, keeping count of their attempts. Asking twice is asking once.

    DBOS has a public call for this only in a paid service; the contract of this one is held by a test.
    """
    DBOS._recover_pending_workflows([owner])


def run_again(job: str, queue: str) -> None:
    """Put one workflow back into its queue that this process took and then, for an error of the database, never ran."""
    DBOS.resume_workflow(job, queue_name=queue)


def forget(jobs: list[str]) -> None:
    """Delete workflows."""
    DBOS.delete_workflows(jobs)


def forget_ended(before: datetime) -> int:
    """Delete workflows that ended before some time; how many."""
    found = DBOS.list_workflows(status=ENDED, completed_before=before.isoformat(), limit=MOST, load_input=False, load_output=False)
    if found:
        DBOS.delete_workflows([w.workflow_id for w in found])
    return len(found)
