"""Other systems' bundles, read for one thing: when clinicians and participants are busy, and when clinicians work.

Whatever else is in a bundle, names above all, is passed over and kept nowhere.
"""

from scheduler.exchange.fhir.incoming.entries import BundleIssue
from scheduler.exchange.fhir.incoming.people import Directory, Match, Person
from scheduler.exchange.fhir.incoming.reading import Incoming, read_bundle

__all__ = ["BundleIssue", "Directory", "Incoming", "Match", "Person", "read_bundle"]
