"""Searches, single resources, and exports of a period, as bundles or NDJSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from api.fhir.including import referred_resources
from api.fhir.items import Item
from api.fhir.parameters import RESOURCE_TYPES, TIMED, ResourceType
from api.fhir.query import Query, read_query
from api.fhir.store.bookings import Weeks
from api.fhir.store.source import Source
from api.kernel.errors import Problem
from scheduler.exchange.fhir.bundles import (
    AnyResource,
    Bundle,
    BundleEntry,
    BundleLink,
    BundleMeta,
    EntrySearch,
    OperationOutcome,
    OutcomeIssue,
)
from scheduler.exchange.fhir.dates import EARLIEST, LATEST
from scheduler.exchange.fhir.ids import mark_of

PAST, AHEAD, SPAN = timedelta(days=30), timedelta(days=180), timedelta(days=400)
"""Default and longest period of a search."""
EXPORT_SPAN = timedelta(days=100)
"""Longest period of an export; three months with 240 participants are about 40 MB."""
IN_FLIGHT = timedelta(minutes=2)
"""Longer than any change takes between its timestamp and its commit."""

MATCH, INCLUDE, OUTCOME = EntrySearch(mode="match"), EntrySearch(mode="include"), EntrySearch(mode="outcome")


@dataclass(frozen=True, slots=True)
class Address:
    """The base URL of a program's resources, e.g. ``https://host/v1/programs/north/fhir``."""

    base: str

    def of(self, resource: AnyResource) -> str:
        """The URL of a resource."""
        return f"{self.base}/{resource.resource_type}/{resource.id}"


def find(source: Source, type: ResourceType, id: str) -> AnyResource:
    """Find a resource.

    Raises:
        Problem: No such resource exists.
    """
    weeks = Weeks(date(1900, 1, 1), date(2999, 1, 1), frozenset({mark_of(id)}))
    item = next((item for item in source.items(type, weeks) if item.place.id == id), None)
    if item is None:
        raise Problem("not_found", "There is no resource with this id; search for it instead.")
    return item.make()


def search(source: Source, type: ResourceType, query: Query, address: Address, now: datetime) -> Bundle:
    """A page of the requested resources."""
    weeks, assumed = _weeks(type, query, source.zone, now)
    conditions = (*query.conditions, *read_query(type, assumed, source.zone, is_lenient=False).conditions)
    total, form = 0, query.form

    def rest() -> Iterator[Item]:
        """Matching items on this page or later ones, never all in memory at once."""
        nonlocal total
        for item in source.items(type, weeks):
            if all(condition.holds(item.has(condition.parameter.name)) for condition in conditions):
                total += 1
                if query.after is None or form.order.is_after(item, query.after):
                    yield item

    # One more than the page, to see whether there is another.
    items = form.order.first(query.count + 1, rest())
    page = items[: query.count] if form.has_entries else []
    resources = [item.make() for item in page]
    more = referred_resources(source, type, page, resources, form.inclusions)
    entries = [_entry(resource, address, MATCH) for resource in resources] + [_entry(resource, address, INCLUDE) for resource in more]
    return Bundle(
        type="searchset",
        meta=BundleMeta(last_updated=told_until(now)),
        total=total if form.has_total else None,
        link=tuple(_links(type, query, assumed, address, page, is_last=len(items) == len(page) or not page)),
        entry=(*entries, *_outcome(query)) or None,
    )


def told_until(now: datetime) -> datetime:
    """The time before which all changes are in the response; the next request should ask for changes since then."""
    return now.astimezone(UTC) - IN_FLIGHT


def _entry(resource: AnyResource, address: Address, search: EntrySearch) -> BundleEntry:
    return BundleEntry(full_url=address.of(resource), resource=resource, search=search)


def _links(
    type: ResourceType, query: Query, assumed: Sequence[tuple[str, str]], address: Address, page: Sequence[Item], *, is_last: bool
) -> Iterable[BundleLink]:
    """Links to this page, with all defaults, and to the next."""
    parameters = [*query.parameters, *assumed]
    here = [] if query.after is None else [("_after", str(query.after))]
    yield BundleLink(relation="self", url=_url(address, type, [*parameters, *here]))
    if not is_last:
        yield BundleLink(relation="next", url=_url(address, type, [*parameters, ("_after", str(query.form.order.key(page[-1])))]))


def _url(address: Address, type: ResourceType, parameters: Sequence[tuple[str, str]]) -> str:
    return f"{address.base}/{type}?{urlencode(parameters)}" if parameters else f"{address.base}/{type}"


def _outcome(query: Query) -> Iterable[BundleEntry]:
    """The outcome entry for parameters ignored at the caller's request."""
    if query.ignored:
        numbers = ", ".join(map(str, query.ignored))
        issue = OutcomeIssue(severity="warning", code="not-supported", diagnostics=f"Ignored parameters, by number: {numbers}")
        yield BundleEntry(resource=OperationOutcome(issue=(issue,)), search=OUTCOME)


def _weeks(type: ResourceType, query: Query, zone: ZoneInfo, now: datetime) -> tuple[Weeks, list[tuple[str, str]]]:
    """The weeks that a search covers, and its default dates."""
    name = TIMED.get(type, "")
    if (marks := _marks(query)) is not None or not name:
        return Weeks(date(1900, 1, 1), date(2999, 1, 1), marks), []
    dates = [c.dates[0] for c in query.of(name) if len(c.dates) == 1]
    first = max((d.earliest for d in dates), default=EARLIEST)
    last = min((d.latest for d in dates), default=LATEST)
    assumed = []
    today = datetime.combine(now.astimezone(zone).date(), time(), zone)
    if first == EARLIEST:
        first = min(today, last) - PAST
        assumed.append((name, f"ge{first.date()}"))
    if last == LATEST:
        last = max(today, first) + AHEAD
        assumed.append((name, f"lt{last.date()}"))
    if last - first > SPAN:
        raise Problem("malformed", f"At most {SPAN.days} days per search: give {name} twice, e.g. ge2026-11-30 and lt2026-12-28.")
    return Weeks(first.astimezone(zone).date(), last.astimezone(zone).date()), assumed


def _marks(query: Query) -> frozenset[str] | None:
    """The weeks of the identifiers in a search; None if it has no identifiers."""
    common: frozenset[str] | None = None
    for condition in query.of("_id", "identifier", "slot"):
        if not condition.is_not:
            marks = frozenset(mark_of(value.rpartition("|")[2].rpartition("/")[2]) for value in condition.values)
            common = marks if common is None else common & marks
    return common


def everything(source: Source, types: Sequence[ResourceType], first: date, last: date) -> Iterator[AnyResource]:
    """The resources of some types, generated one by one; appointments and slots only within the period.

    Raises:
        Problem: The period is too long, or ends before it begins.
    """
    if last < first:
        raise Problem("malformed", "`end` is before `start`.")
    if not EARLIEST.date() <= first <= last < LATEST.date():
        raise Problem("malformed", "Use years from 1900 to 2998.")
    if last - first > EXPORT_SPAN:
        raise Problem("malformed", f"At most {EXPORT_SPAN.days} days per export.")
    start, end = (datetime.combine(day, time(), source.zone) for day in (first, last + timedelta(days=1)))
    lowest, highest = (int(at.astimezone(UTC).timestamp()) // 60 for at in (start, end))
    return (
        item.make()
        for type in sorted(types, key=RESOURCE_TYPES.index)
        for item in sorted(source.items(type, Weeks(first, last)), key=lambda item: item.place)
        if type not in TIMED or lowest <= item.place.minute < highest
    )


def collection(resources: Iterable[AnyResource], address: Address, now: datetime) -> bytes:
    """Resources as one bundle, written one by one, because three months can have tens of thousands."""
    whole = Bundle(type="collection", meta=BundleMeta(last_updated=told_until(now)), timestamp=now.astimezone(UTC)).as_json()
    entries = b",".join(BundleEntry(full_url=address.of(resource), resource=resource).as_json() for resource in resources)
    return whole[:-1] + b',"entry":[' + entries + b"]}" if entries else whole


def lines(resources: Iterable[AnyResource]) -> bytes:
    """Resources as NDJSON, one per line."""
    return b"".join(resource.as_json() + b"\n" for resource in resources)
