"""Jobs: follow them, wait for them, stop them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import httpx2

from api.client.wire import ApiError, Wire, error_of, read
from api.jobs.models import Job
from scheduler.result import SolveResult

RECONNECT_SECONDS = 0.5


class JobFailedError(Exception):
    """A job ended without a result.

    Attributes:
        job: With the error in it.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        super().__init__("the job failed" if job.error is None else f"{job.error.code}: {job.error.message}")


class Jobs:
    """The jobs of the caller."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def list(self, *states: str) -> Iterator[Job]:
        """The caller's own jobs, newest first; only those in the given states, if any."""
        return self._wire.pages(Job, "/v1/jobs", state=list(states) or None)

    def get(self, job: str) -> Job:
        """The current state of a job."""
        return self._wire.get(Job, f"/v1/jobs/{job}")

    def stop(self, job: str) -> Job:
        """Stop a job; its best roster is kept."""
        return read(Job, self._wire.send("DELETE", f"/v1/jobs/{job}"))

    def result(self, job: str) -> SolveResult:
        """The result of a finished job.

        Raises:
            ApiError: The job is not finished, or failed (`wrong_state`).
        """
        return self._wire.get(SolveResult, f"/v1/jobs/{job}/result")

    def follow(self, job: str) -> Iterator[Job]:
        """Yield the job on every change until it is finished; resumes after a broken connection."""
        revision = -1
        while True:
            try:
                for latest in self._events(job, revision):
                    revision = latest.revision
                    yield latest
                    if latest.is_finished:
                        return
            except httpx2.TransportError:
                pass
            now = self.get(job)
            if now.revision > revision:
                revision = now.revision
                yield now
            if now.is_finished:
                return
            time.sleep(RECONNECT_SECONDS)

    def wait(self, job: str) -> SolveResult:
        """Wait for the result.

        Raises:
            JobFailedError: It ended without one.
        """
        last = self.get(job)
        if not last.is_finished:
            *_, last = self.follow(job)
        if last.state == "failed":
            raise JobFailedError(last)
        try:
            return self.result(job)
        except ApiError as error:
            if error.code == "wrong_state":
                raise JobFailedError(self.get(job)) from error
            raise

    def _events(self, job: str, revision: int) -> Iterator[Job]:
        """The states received from a stream, in order."""
        headers = {"Accept": "text/event-stream"} | ({} if revision < 0 else {"Last-Event-ID": str(revision)})
        with self._wire.client.stream("GET", f"/v1/jobs/{job}/events", headers=headers, timeout=60.0) as answer:
            if answer.status_code >= 400:
                answer.read()
                raise error_of(answer)
            for line in answer.iter_lines():
                if line.startswith("data:") and "state" in (data := json.loads(line[5:])):
                    yield Job.model_validate(data)
