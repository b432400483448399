#!/usr/bin/env bash
# ical.js 2.2.1 (the library of Thunderbird): a time in the hour skipped in spring is read with the offset after it.
# Guess: 02:30 in New York on 14 March 2027 is 07:30 UTC, 03:30 summer time (RFC 5545, 3.3.5: the offset before the gap counts).
# Seen: 06:30 UTC, which is 01:30, an hour earlier.
# Consequence: programs show an appointment at that time an hour apart. Do not plan anything in the skipped hour.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ical.js@2.2.1
cat > see.mjs <<'JS'
import assert from "node:assert";
import ICAL from "ical.js";
const calendar = (...lines) =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", ...lines, "END:VCALENDAR", ""].join("\r\n");
const event = (...lines) => ["BEGIN:VEVENT", "UID:class", "DTSTAMP:20270101T000000Z", ...lines, "END:VEVENT"];
const rule = (name, from, to, start, month, day) => [
  `BEGIN:${name}`, `DTSTART:${start}`, `TZOFFSETFROM:${from}`, `TZOFFSETTO:${to}`, `RRULE:FREQ=YEARLY;BYMONTH=${month};BYDAY=${day}`, `END:${name}`,
];
const zone = [
  "BEGIN:VTIMEZONE", "TZID:America/New_York",
  ...rule("STANDARD", "-0400", "-0500", "20071104T020000", 11, "1SU"),
  ...rule("DAYLIGHT", "-0500", "-0400", "20070311T020000", 3, "2SU"),
  "END:VTIMEZONE",
];
const early = event("DTSTART;TZID=America/New_York:20270314T023000", "DURATION:PT1H");
const component = new ICAL.Component(ICAL.parse(calendar(...zone, ...early)));
const seen = new ICAL.Event(component.getFirstSubcomponent("vevent")).startDate.toJSDate().toISOString();
console.log("guess: 07:30 UTC; seen:", seen);
assert.strictEqual(seen, "2027-03-14T06:30:00.000Z");
JS
node see.mjs
