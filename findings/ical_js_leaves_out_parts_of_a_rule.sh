#!/usr/bin/env bash
# ical.js 2.2.1 (the library of Thunderbird): BYSETPOS of a weekly rule and BYWEEKNO of a yearly one change nothing.
# Guess: Mondays and Fridays (first and last of Monday, Wednesday, Friday); then the Monday of week 2 of each year.
# Seen: Wednesdays as well; and every Monday from the second on. No error in either case.
# Consequence: such a series shows on days that it does not have. Write out the days instead.
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
const starts = (rule) => {
  const series = event("DTSTART:20270111T090000Z", "DURATION:PT1H", `RRULE:${rule}`);
  const found = new ICAL.Event(new ICAL.Component(ICAL.parse(calendar(...series))).getFirstSubcomponent("vevent")).iterator();
  return [1, 2, 3].map(() => found.next().toString().slice(0, 10));
};
const seen = [starts("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1,-1;COUNT=3"), starts("FREQ=YEARLY;BYWEEKNO=2;BYDAY=MO;COUNT=3")];
console.log("guess: 11, 15, 18 January; one day in each of 2027, 2028, 2029; seen:", JSON.stringify(seen));
assert.deepStrictEqual(seen, [
  ["2027-01-11", "2027-01-13", "2027-01-15"],
  ["2027-01-18", "2027-01-25", "2027-02-01"],
]);
JS
node see.mjs
