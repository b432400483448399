"""The entries of a bundle, indexed by reference, and the issues found in them, each with its path."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import parse_qsl

from scheduler.exchange.fhir.elements import type_of
from scheduler.fields import Model

Json = Mapping[str, Any]
Number = tuple[str, str]
"""An identifier's system and value."""

MOST_ENTRIES = 5_000
MOST_ISSUES = 500
YEARS = range(1900, 2999)
"""The accepted years; nearer the limits of `datetime`, date arithmetic would overflow."""
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
"""FHIR's type `instant`; Python reads other forms of ISO 8601, too."""
RESTFUL = re.compile(r"(https?://\S+/)([A-Za-z]+/[A-Za-z0-9\-.]{1,64})", re.ASCII)
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
        base: The address of its server, from its full URL; None without one.
        container: The entry that contains it, if any.
    """

    path: str
    type: str
    resource: Json
    base: str | None = None
    container: IncomingEntry | None = None

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
    _by_url: dict[str, IncomingEntry] = field(default_factory=dict)
    _by_id: dict[str, list[IncomingEntry]] = field(default_factory=lambda: defaultdict(list))
    _by_number: dict[Number, list[IncomingEntry]] = field(default_factory=lambda: defaultdict(list))

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
        if type == "Bundle":
            self.tell("warning", "nested_bundle", f"{path}.resource", "send the entries of this bundle by themselves: it was not read")
        url = plain_reference(url) if isinstance(url, str) else ""
        restful = RESTFUL.fullmatch(url)
        addition = IncomingEntry(f"{path}.resource", type, resource, restful[1] if restful else None)
        self.entries.append(addition)
        if url:
            self._by_url.setdefault(url, addition)
        if isinstance(id, str):
            self._by_id[f"{type}/{id}"].append(addition)
        for number in numbers(parts(resource.get("identifier"))):
            self._by_number[number].append(addition)

    def find(self, reference: object, within: IncomingEntry) -> IncomingEntry | None:
        """The resource that a reference points to, if it is in the bundle (R4, 2.36.4.1 and 2.3.0).

        An absolute reference means the entry of that full URL alone, a relative one the entry on the server of the resource within which
        it stands; ``#id`` is contained in that resource, and ``#`` is that resource. Of entries without a full URL, one is found by its
        type and id. A conditional or a logical reference means the only entry with its identifier.
        """
        text = element(reference, "reference")
        if not isinstance(text, str) or "?" in text:
            return self._with_number(reference)
        if text.startswith("#"):
            container = within.container or within
            return container if text == "#" else _contained(container, text[1:])
        plain = plain_reference(text)
        if "://" in plain or plain.startswith("urn:"):
            return self._by_url.get(plain)
        if within.base is not None and (entry := self._by_url.get(within.base + plain)) is not None:
            return entry
        others = self._by_id.get(plain, [])
        without = [entry for entry in others if entry.base is None]
        if without or within.base is not None:
            return without[0] if without else None
        return others[0] if len({entry.base for entry in others}) == 1 else None

    def _with_number(self, reference: object) -> IncomingEntry | None:
        type = named_type(reference)
        for number in numbers(identifiers_of(reference)):
            entries = [entry for entry in self._by_number.get(number, ()) if type in ("", entry.type)]
            if len(entries) == 1:
                return entries[0]
        return None

    def tell(self, severity: Literal["error", "warning", "information"], code: str, expression: str, message: str) -> None:
        """Record an issue."""
        if len(self.issues) < MOST_ISSUES or (severity == "error" and not any(i.severity == "error" for i in self.issues)):
            self.issues.append(BundleIssue(severity=severity, code=code, expression=expression, message=message))

    def instant(self, entry: IncomingEntry, name: str) -> datetime | None:
        """A time of a resource in UTC; an invalid one is recorded as an issue."""
        text = entry.get(name)
        if text is not None:
            try:
                instant = read_instant(text)
                if instant is not None and instant.year in YEARS:
                    return instant.astimezone(UTC)
            except (ValueError, OverflowError):
                pass
            self.tell("error", "wrong_time", f"{entry.path}.{name}", "write date and time with an offset, e.g. 2026-11-30T09:00:00-05:00")
        return None


def read_instant(text: object) -> datetime | None:
    """An instant; None if it is not one. A leap second is the second before it.

    Raises:
        ValueError: There is no such day or time.
    """
    match = INSTANT.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    whole = match.string[: match.start(1)] + ("59" if match[1] == "60" else match[1])
    return datetime.fromisoformat(whole + match[3])


def plain_reference(url: str) -> str:
    """An address without its version; URNs of UUIDs and OIDs are the same in any case."""
    plain = url.strip().rpartition("/_history/")[0] or url.strip()
    return plain.casefold() if plain[:4].casefold() == "urn:" else plain


def _contained(container: IncomingEntry, id: str) -> IncomingEntry | None:
    for number, resource in enumerate(parts(container.get("contained"))):
        type = resource.get("resourceType")
        if resource.get("id") == id and isinstance(type, str):
            return IncomingEntry(f"{container.path}.contained[{number}]", type, resource, container.base, container)
    return None


def named_type(reference: object) -> str:
    """The resource type that a reference names, by itself or as the address of its definition; empty if it names none."""
    text, type = element(reference, "reference"), element(reference, "type")
    path, query, _ = text.partition("?") if isinstance(text, str) else ("", "", "")
    named = path.rpartition("/")[2] if query else type_of(path)
    return named or (type.rpartition("/")[2] if isinstance(type, str) else "")


def identifiers_of(reference: object) -> Iterator[object]:
    """The identifiers of a reference: its own, and those of its condition, e.g. ``Patient?identifier=urn:oid:2.999.1|0815``."""
    yield element(reference, "identifier")
    text = element(reference, "reference")
    for name, value in parse_qsl(text.partition("?")[2]) if isinstance(text, str) and "?" in text else ():
        system, bar, number = value.rpartition("|")
        if name == "identifier" and bar:
            yield {"system": system, "value": number}


def numbers(identifiers: Iterable[object]) -> Iterator[Number]:
    """The identifiers that have a system and a value."""
    for identifier in identifiers:
        system, value = element(identifier, "system"), element(identifier, "value")
        if isinstance(system, str) and isinstance(value, str):
            yield system, value


def parts(value: object) -> Iterator[Json]:
    """The objects in a list; anything else is ignored."""
    if isinstance(value, list):
        yield from (part for part in value if isinstance(part, dict))


def element(part: object, name: str) -> Any:
    """An element of an object, or None."""
    return part.get(name) if isinstance(part, dict) else None
