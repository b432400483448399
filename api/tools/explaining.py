"""What a child process does for `POST /v1/explain`. Imports nothing of the service but its models: a child starts with it."""

from __future__ import annotations

from api.tools.models import RosterToExplain
from scheduler.explain import explain
from scheduler.reading import read_model


def explain_roster(content: bytes, _: str) -> bytes:
    """The explanation of a question that was read once before, as JSON."""
    question = read_model(RosterToExplain, content)
    return explain(question.instance, question.roster, question.participant).model_dump_json().encode()
