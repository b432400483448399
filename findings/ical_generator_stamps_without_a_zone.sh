#!/usr/bin/env bash
# ical-generator 10.2.0: in a calendar with a time zone, DTSTAMP and UNTIL are clock figures without a zone.
# Guess: both in UTC, as RFC 5545 asks for (3.8.7.2 and 3.3.10), and the end of a series of whole days a date.
# Seen: 20260305T180000 as the end of a series in New York, and 20260316T000000 behind a start that is a date.
# Consequence: readers in another zone may add or drop the last evening.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ical-generator@10.2.0
cat > see.mjs <<'JS'
import assert from "node:assert";
import ical from "ical-generator";

const timezone = "America/New_York";
const calendar = ical({ timezone });
calendar.createEvent({
  id: "evening", summary: "Busy", timezone, stamp: new Date("2026-03-01T12:00:00Z"),
  start: new Date("2026-03-02T23:00:00Z"), end: new Date("2026-03-03T00:00:00Z"),
  repeating: { freq: "DAILY", until: new Date("2026-03-05T23:00:00Z") },
});
calendar.createEvent({
  id: "day", summary: "Busy", allDay: true, stamp: new Date("2026-03-01T12:00:00Z"),
  start: new Date("2026-03-02T05:00:00Z"), repeating: { freq: "WEEKLY", until: new Date("2026-03-16T04:00:00Z") },
});
const lines = calendar.toString().split("\r\n").filter((line) => /^(DTSTAMP|DTSTART|RRULE)/.test(line));
console.log("guess: DTSTAMP and UNTIL in UTC, UNTIL of days a date; seen:", lines);
assert.deepStrictEqual(lines, [
  "DTSTAMP:20260301T070000", "DTSTART;TZID=America/New_York:20260302T180000", "RRULE:FREQ=DAILY;UNTIL=20260305T180000",
  "DTSTAMP:20260301T070000", "DTSTART;VALUE=DATE:20260302", "RRULE:FREQ=WEEKLY;UNTIL=20260316T000000",
]);
JS
TZ=America/New_York node see.mjs
