"""The client: stateless tools, jobs, programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import httpx2

from api.accounts.models import ForgottenPassword
from api.catalogue.models import Examples, Policies, RuleBook
from api.client.jobs import Jobs
from api.client.programs import ProgramClient
from api.client.wire import Versioned, Wire, read, versioned
from api.disruptions.models import WeekToRepair
from api.jobs.models import Job, Priority
from api.programs.models import Entry, NewProgram, ProgramSettings
from api.tools.models import (
    RosterOfInstance,
    RosterToChange,
    RosterToExplain,
    RosterToMakeUp,
    RosterToOffer,
    TwoRosters,
    Validation,
    Verification,
)
from scheduler.compare import Comparison
from scheduler.explain import Explanation
from scheduler.instance import Instance
from scheduler.offers import MakeUpQuestion, Offers, OffersQuestion, Openings, ShortWeeks, WaitingList
from scheduler.repair.disruption import Disruption
from scheduler.repair.result import Repair
from scheduler.result import SolveResult
from scheduler.roster import Roster
from scheduler.whatif import WhatifAnswer, WhatifQuestion

EXPLAIN_SECONDS = 180.0


class Client:
    """One service, one API key. Close it, or use it in a ``with`` statement."""

    def __init__(self, url: str, key: str = "", *, timeout: float = 30.0, http: httpx2.Client | None = None) -> None:
        """Open a client; nothing is sent yet.

        Args:
            url: The URL of the service, e.g. ``http://127.0.0.1:8000``.
            key: An API key, as `stepdown keys create` shows it once.
            timeout: Seconds to wait for an answer.
            http: Use this HTTP client instead, with base URL and key configured.
        """
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = http or httpx2.Client(base_url=url.rstrip("/"), headers=headers, timeout=timeout)
        self._wire = Wire(self._http)
        self.jobs = Jobs(self._wire)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    # --- stateless ----------------------------------------------------------------------------------------------------------

    def submit(
        self,
        instance: Instance,
        *,
        seconds: float | None = None,
        gap: float | None = None,
        seed: int | None = None,
        fix_seconds: float | None = None,
        priority: Priority | None = None,
        hint: str | None = None,
    ) -> Job:
        """Begin a solve.

        Args:
            hint: An earlier job for this week: start from its roster.
        """
        params = {"seconds": seconds, "gap": gap, "seed": seed, "fix_seconds": fix_seconds, "priority": priority, "hint": hint}
        return read(Job, self._wire.send("POST", "/v1/solve", instance, params=params))

    def solve(self, instance: Instance, **limits: Any) -> SolveResult:
        """Solve and wait for the result; takes what `submit` takes.

        Raises:
            JobFailedError: The job ended without a result.
        """
        return self.jobs.wait(self.submit(instance, **limits).id)

    def validate(self, instance: Instance) -> Validation:
        """The errors and warnings of an instance."""
        return read(Validation, self._wire.send("POST", "/v1/validate", instance))

    def verify(self, instance: Instance, roster: Roster) -> Verification:
        """The verdict of every rule on a roster, e.g. one edited by hand."""
        return read(Verification, self._wire.send("POST", "/v1/verify", RosterOfInstance(instance=instance, roster=roster)))

    def compare(self, instance: Instance, a: Roster, b: Roster) -> Comparison:
        """What changed between two rosters, and who is affected."""
        return read(Comparison, self._wire.send("POST", "/v1/compare", TwoRosters(instance=instance, a=a, b=b)))

    def whatif(self, instance: Instance, roster: Roster, question: WhatifQuestion) -> WhatifAnswer:
        """Every place that a booking, a session, a leader or a room may have."""
        body = RosterToChange(instance=instance, roster=roster, question=question)
        return read(WhatifAnswer, self._wire.send("POST", "/v1/whatif", body))

    def repair(self, instance: Instance, *disruptions: Disruption) -> Repair:
        """Answers to what happens in a published week; the instance has its roster in `published` and the time in `now`."""
        body = WeekToRepair(instance=instance, disruptions=disruptions)
        return read(Repair, self._wire.send("POST", "/v1/repair", body, timeout=EXPLAIN_SECONDS))

    def offers(self, instance: Instance, roster: Roster, question: OffersQuestion) -> Offers:
        """Up to three weeks that a participant or a newcomer could have, perhaps with some others moved."""
        body = RosterToOffer(instance=instance, roster=roster, question=question)
        return read(Offers, self._wire.send("POST", "/v1/offers", body, timeout=EXPLAIN_SECONDS))

    def openings(self, instance: Instance, roster: Roster) -> Openings:
        """What to open next so that more people get the care they are ordered, or can begin."""
        body = RosterOfInstance(instance=instance, roster=roster)
        return read(Openings, self._wire.send("POST", "/v1/openings", body, timeout=EXPLAIN_SECONDS))

    def waiting(self, instance: Instance, roster: Roster) -> WaitingList:
        """Who waits, in order of need: when each could begin, and what they wait for."""
        body = RosterOfInstance(instance=instance, roster=roster)
        return read(WaitingList, self._wire.send("POST", "/v1/waiting", body, timeout=EXPLAIN_SECONDS))

    def make_up(self, instance: Instance, roster: Roster, question: MakeUpQuestion | None = None) -> ShortWeeks:
        """Who falls below the ordered minutes by what they miss, and where they could make up for it this week."""
        body = RosterToMakeUp(instance=instance, roster=roster, question=question or MakeUpQuestion())
        return read(ShortWeeks, self._wire.send("POST", "/v1/make-up", body))

    def explain(self, instance: Instance, roster: Roster, participant: str | None = None) -> Explanation:
        """Why care is unmet, or why a participant got this week."""
        body = RosterToExplain(instance=instance, roster=roster, participant=participant)
        return read(Explanation, self._wire.send("POST", "/v1/explain", body, timeout=EXPLAIN_SECONDS))

    def rules(self) -> RuleBook:
        """The rule book."""
        return self._wire.get(RuleBook, "/v1/rules")

    def policies(self) -> Policies:
        """Policy packs and overlays, every value with its source."""
        return self._wire.get(Policies, "/v1/policies")

    def examples(self) -> Examples:
        """The example instances."""
        return self._wire.get(Examples, "/v1/examples")

    def example(self, name: str) -> Instance:
        """An example instance."""
        return self._wire.get(Instance, f"/v1/examples/{name}")

    # --- programs -----------------------------------------------------------------------------------------------------------

    def forgot_password(self, login: str) -> None:
        """Have a link for a new password mailed to a user whose login is an e-mail address; needs no key.

        Raises:
            ApiError: The service sends no mail (`wrong_state`).
        """
        self._wire.send("POST", "/v1/password-links", ForgottenPassword(login=login))

    def choose_password(self, token: str, password: str) -> None:
        """Set a new password with the token of such a link, the part after the #; needs no key."""
        self._wire.send("POST", "/v1/password-links/use", {"token": token, "new_password": password})

    def programs(self) -> Iterator[Entry[ProgramSettings]]:
        """The programs the key may see."""
        return self._wire.pages(Entry[ProgramSettings], "/v1/programs")

    def create_program(self, program: NewProgram) -> Versioned[ProgramSettings]:
        """Create a program."""
        return versioned(ProgramSettings, self._wire.send("POST", "/v1/programs", program))

    def program(self, program: str) -> ProgramClient:
        """Work in a program; nothing is sent yet."""
        return ProgramClient(self._wire, program)
