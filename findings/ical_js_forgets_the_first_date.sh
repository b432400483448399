#!/usr/bin/env bash
# ical.js 2.2.1 (the library of Thunderbird): an event with RDATE and no rule is expanded without its own date.
# Guess: 11 and 12 January; DTSTART is always the first date of a series (RFC 5545, 3.8.5.2).
# Seen: only 12 January.
# Consequence: the first date of such an event does not show. Repeat it in RDATE, which other programs read as the same date.
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
const series = event("DTSTART:20270111T090000Z", "DURATION:PT1H", "RDATE:20270112T090000Z");
const dates = new ICAL.Event(new ICAL.Component(ICAL.parse(calendar(...series))).getFirstSubcomponent("vevent")).iterator();
const seen = [];
for (let date = dates.next(); date; date = dates.next()) seen.push(date.toString());
console.log("guess: 11 and 12 January; seen:", seen.join(", "));
assert.deepStrictEqual(seen, ["2027-01-12T09:00:00Z"]);
JS
node see.mjs
