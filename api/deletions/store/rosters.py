"""Rosters and jobs of a program without a person: their immutable documents are replaced by others."""

from __future__ import annotations

import json
import zlib
from collections import Counter

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.database import rows_changed
from api.database.documents import Kind, keep_document
from api.database.tables import DocumentRow, JobRow, RosterRow
from api.deletions.store.documents import appointments_of, without_person
from api.jobs.states import UNFINISHED
from api.jobs.sweeping import is_unreferenced
from api.kernel.errors import Problem

DOCUMENTS: dict[str, Kind] = {"roster_hash": "roster", "instance_hash": "instance", "published_hash": "instance"}
"""The documents of a roster that are rewritten; the solver's result is dropped, because it describes the roster as it was."""


class Rewriter:
    """Takes a person out of a program's documents; each document is read once.

    Attributes:
        appointments: The ids of all sessions without a group in which the person was booked, in any roster.
    """

    def __init__(self, session: Session, program: str, id: str, pseudonym: str) -> None:
        self.session, self.program, self.id, self.pseudonym = session, program, id, pseudonym
        self.appointments: set[str] = set()
        self._new: dict[str, str] = {}
        self._signs = (f'"{id}"'.encode(), f'"a.{id}.'.encode())

    def rewrite(self) -> Counter[str]:
        """Rewrite rosters and delete jobs that name the person; the number of rows by table.

        Raises:
            Problem: A job with the person is still running.
        """
        counts: Counter[str] = Counter()
        of_program = select(RosterRow).where(RosterRow.program == self.program).execution_options(populate_existing=True)
        for roster in self.session.scalars(of_program).all():
            new = {name: self._without(getattr(roster, name), kind) for name, kind in DOCUMENTS.items()}
            if any(new[name] != getattr(roster, name) for name in DOCUMENTS):
                for name, hash in new.items():
                    setattr(roster, name, hash)
                roster.result_hash = None
                roster.touch("system")
                counts["rosters"] += 1
        for job in self.session.scalars(select(JobRow).where(JobRow.program == self.program)).all():
            if self._without(job.instance_hash, "instance") != job.instance_hash:
                if job.state in UNFINISHED:
                    raise Problem("wrong_state", "A job for a week of this participant is running; wait until it has ended.")
                self.session.delete(job)
                counts["jobs"] += 1
        self.session.flush()
        former = [hash for hash, new in self._new.items() if hash != new]
        gone = delete(DocumentRow).where(DocumentRow.hash.in_(former), is_unreferenced())
        counts["documents"] = rows_changed(self.session.execute(gone.execution_options(synchronize_session=False)))
        return counts

    def _without(self, hash: str | None, kind: Kind) -> str | None:
        """The hash of a document without the person."""
        if hash is None:
            return None
        if hash not in self._new:
            body = self.session.scalar(select(DocumentRow.body).where(DocumentRow.hash == hash))
            text = b"" if body is None else zlib.decompress(body)
            self._new[hash] = hash
            if any(sign in text for sign in self._signs):
                document = json.loads(text)
                names = dict(appointments_of(document, self.id, self.pseudonym))
                self.appointments |= names.keys()
                cleaned = without_person(document, self.id, names)
                if cleaned != document:
                    self._new[hash] = keep_document(self.session, kind, json.dumps(cleaned, separators=(",", ":")))
        return self._new[hash]
