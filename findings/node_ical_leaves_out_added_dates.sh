#!/usr/bin/env bash
# node-ical 0.26.1: expandRecurringEvent() leaves out the dates that RDATE adds to a series.
# Guess: 11, 12 and 20 January (RFC 5545, 3.8.5.2: the set is what the rule and RDATE give, without EXDATE).
# Seen: 11 and 12 January; with RDATE alone, only the first.
# Consequence: time that a calendar program adds to a series by date reads as free.
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
const starts = (...lines) =>
  ical
    .expandRecurringEvent(ical.sync.parseICS(calendar(...lines)).class, { from: new Date("2027-01-01"), to: new Date("2027-02-01") })
    .map((one) => one.start.toISOString().slice(0, 16));
const series = event("DTSTART:20270111T140000Z", "DTEND:20270111T150000Z", "RRULE:FREQ=DAILY;COUNT=2", "RDATE:20270120T160000Z");
const seen = starts(...series);
console.log("guess: 11, 12 and 20 January; seen:", seen.join(", "));
assert.deepStrictEqual(seen, ["2027-01-11T14:00", "2027-01-12T14:00"]);
JS
node see.cjs
