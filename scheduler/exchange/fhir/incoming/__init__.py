"""Bundles of other systems, read for busy times of clinicians and participants and for clinicians' working hours.

Anything else in a bundle, names in particular, is ignored and not stored.
"""

from scheduler.exchange.fhir.incoming.entries import BundleIssue
from scheduler.exchange.fhir.incoming.people import BundlePerson, Directory, Match
from scheduler.exchange.fhir.incoming.reading import Incoming, read_bundle

__all__ = ["BundleIssue", "BundlePerson", "Directory", "Incoming", "Match", "read_bundle"]
