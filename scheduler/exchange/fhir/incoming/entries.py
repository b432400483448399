"""The entries of a bundle, indexed by reference, and the issues found in them, each with its path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from scheduler.fields import Model

Json = Mapping[str, Any]

MOST_ENTRIES = 5_000
MOST_ISSUES = 500
YEARS = range(1900, 2999)
"""The accepted years; nearer the limits of `datetime`, date arithmetic would overflow."""
BUNDLE_TYPES = ("collection", "searchset", "transaction", "batch", "document", "message")


class BundleIssue(Model):
    """An error, warning or note about a bundle. It quotes none of the bundle's values."""

    severity: Literal["error", "warning", "information"]
    code: str
    expression: str = "Bundle"
    message: str


@dataclass(frozen=True, slots=True)
class IncomingEntry:
    """A resource of a bundle.

    Attributes:
        path: Where it is, as a FHIRPath expression.
    """

    path: str
    type: str
    resource: Json

    def get(self, name: str) -> Any:
        """An element, or None."""
        return self.resource.get(name)


@dataclass
class Entries:
    """The entries of a bundle.

    Attributes:
        issues: The issues found so far, up to a limit.
        left_out: The number of resources that do not count, by reason.
    """

    entries: list[IncomingEntry] = field(default_factory=list)
    issues: list[BundleIssue] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    _by_reference: dict[str, IncomingEntry] = field(default_factory=dict)

    @classmethod
    def of(cls, bundle: Json) -> Entries:
        """The entries of a bundle."""
        result = cls()
        if bundle.get("resourceType") != "Bundle" or bundle.get("type") not in BUNDLE_TYPES:
            result.tell("error", "not_a_bundle", "Bundle.type", f"send a Bundle of one of the types {', '.join(BUNDLE_TYPES)}")
            return result
        entries = bundle.get("entry", [])
        if not isinstance(entries, list):
            result.tell("error", "shape", "Bundle.entry", "write a list in square brackets")
            return result
        if len(entries) > MOST_ENTRIES:
            result.tell("error", "too_many_entries", "Bundle.entry", f"send at most {MOST_ENTRIES} entries at once")
            return result
        for number, entry in enumerate(entries):
            result._add(f"Bundle.entry[{number}]", entry)
        return result

    def _add(self, path: str, entry: object) -> None:
        if not isinstance(entry, dict) or not isinstance(entry.get("resource"), dict):
            method = element(element(entry, "request"), "method")
            if method in ("DELETE", "GET", "HEAD", "PATCH"):
                self.tell(
                    "error", "unknown_method", f"{path}.request.method", "send resources only: delete and query requests are not supported"
                )
            else:
                self.tell("error", "no_resource", f"{path}.resource", "add the resource, or leave out the entry")
            return
        resource: Json = entry["resource"]
        type, id, url = resource.get("resourceType"), resource.get("id"), entry.get("fullUrl")
        if not isinstance(type, str):
            self.tell("error", "no_type", f"{path}.resource.resourceType", "add the resource type")
            return
        addition = IncomingEntry(f"{path}.resource", type, resource)
        self.entries.append(addition)
        for name in (url, f"{type}/{id}" if isinstance(id, str) else None):
            if isinstance(name, str):
                self._by_reference.setdefault(name, addition)

    def find(self, reference: object) -> IncomingEntry | None:
        """The entry in the bundle that a reference points to."""
        text = element(reference, "reference")
        if not isinstance(text, str):
            return None
        plain = text.rpartition("/_history/")[0] or text
        return self._by_reference.get(plain) or self._by_reference.get("/".join(plain.split("/")[-2:]))

    def tell(self, severity: Literal["error", "warning", "information"], code: str, expression: str, message: str) -> None:
        """Record an issue."""
        if len(self.issues) < MOST_ISSUES or (severity == "error" and not any(i.severity == "error" for i in self.issues)):
            self.issues.append(BundleIssue(severity=severity, code=code, expression=expression, message=message))

    def instant(self, entry: IncomingEntry, name: str) -> datetime | None:
        """A time of a resource in UTC; an invalid one is recorded as an issue."""
        text = entry.get(name)
        if text is not None:
            try:
                instant = datetime.fromisoformat(text) if isinstance(text, str) and "T" in text else None
                if instant is not None and instant.tzinfo is not None and instant.year in YEARS:
                    return instant.astimezone(UTC)
            except (ValueError, OverflowError):
                pass
            self.tell("error", "wrong_time", f"{entry.path}.{name}", "write date and time with an offset, e.g. 2026-11-30T09:00:00-05:00")
        return None


def parts(value: object) -> Iterator[Json]:
    """The objects in a list; anything else is ignored."""
    if isinstance(value, list):
        yield from (part for part in value if isinstance(part, dict))


def element(part: object, name: str) -> Any:
    """An element of an object, or None."""
    return part.get(name) if isinstance(part, dict) else None
