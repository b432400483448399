#!/usr/bin/env bash
# ical.js 2.2.1 (the library of Thunderbird): the details of an occurrence that RDATE;VALUE=PERIOD adds cannot be asked for.
# Guess: it ends after three hours, as its period says (RFC 5545, 3.8.5.2).
# Seen: getOccurrenceDetails() raises "convertToZone is not a function"; for an occurrence of the rule it works.
# Consequence: one such event, and a program that does not catch errors shows nothing. Add dates by RDATE without a period.
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
const series = event("DTSTART:20270111T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=1", "RDATE;VALUE=PERIOD:20270112T090000Z/PT3H");
const found = new ICAL.Event(new ICAL.Component(ICAL.parse(calendar(...series))).getFirstSubcomponent("vevent"));
const dates = found.iterator();
const end = () => {
  try {
    return found.getOccurrenceDetails(dates.next()).endDate.toString();
  } catch (error) {
    return error.message;
  }
};
const seen = [end(), end()];
console.log("guess: 2027-01-11T10:00:00Z, 2027-01-12T12:00:00Z; seen:", seen.join(", "));
assert.strictEqual(seen[0], "2027-01-11T10:00:00Z");
assert.match(seen[1], /convertToZone is not a function/);
JS
node see.mjs
