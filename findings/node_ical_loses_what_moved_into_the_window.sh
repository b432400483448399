#!/usr/bin/env bash
# node-ical 0.26.1: an occurrence that was moved into the window from a date outside of it is lost.
# Guess: December's lesson that was moved to 12 January is in January's window.
# Seen: nothing. Asked from December on, it is there at its new time.
# Consequence: whoever reads only the coming weeks misses what was moved into them; read from the beginning of a series.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts node-ical@0.26.1
cat > see.cjs <<'JS'
const assert = require("node:assert");
const ical = require("node-ical");
const calendar = (...lines) =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", ...lines, "END:VCALENDAR", ""].join("\r\n");
const event = (...lines) => ["BEGIN:VEVENT", "UID:class", "DTSTAMP:20270101T000000Z", ...lines, "END:VEVENT"];
const starts = (from, ...lines) =>
  ical
    .expandRecurringEvent(ical.sync.parseICS(calendar(...lines)).class, { from: new Date(from), to: new Date("2027-02-01") })
    .map((one) => one.start.toISOString().slice(0, 16));
const lesson = ["DTSTART:20261220T140000Z", "DTEND:20261220T150000Z", "RRULE:FREQ=DAILY;COUNT=3"];
const later = ["RECURRENCE-ID:20261221T140000Z", "DTSTART:20270112T160000Z", "DTEND:20270112T170000Z"];
const seen = ["2027-01-01", "2026-12-01"].map((from) => starts(from, ...event(...lesson), ...event(...later)));
console.log("guess: 12 January in both windows; seen:", JSON.stringify(seen));
assert.deepStrictEqual(seen[0], []);
assert.ok(seen[1].includes("2027-01-12T16:00"));
JS
node see.cjs
