#!/usr/bin/env bash
# rrule-temporal 2.2.8: a daily 02:30 has no date on the day the clocks go forward, and ends a day later for it.
# Guess: 7, 8 and 9 March. RFC 5545, 3.3.10 and 3.3.5: a time in the gap is read with the offset before it, so it is 03:30.
# Seen: 7, 9 and 10 March: the date is left out and not counted.
# Consequence: for an event in the early morning the end of a counted series is a day off.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts rrule-temporal@2.2.8
cat > see.mjs <<'JS'
import assert from "node:assert";
import { RRuleTemporal } from "rrule-temporal";

const rule = new RRuleTemporal({ rruleString: "DTSTART;TZID=America/New_York:20260307T023000\nRRULE:FREQ=DAILY;COUNT=3" });
const seen = rule.all().map((moment) => moment.toString().slice(0, 16));
console.log("guess: 7 March 02:30, 8 March 03:30, 9 March 02:30; seen:", seen.join(", "));
assert.deepStrictEqual(seen, ["2026-03-07T02:30", "2026-03-09T02:30", "2026-03-10T02:30"]);
JS
TZ=America/New_York node see.mjs
