#!/usr/bin/env bash
# ics 3.12.0 (Node.js): a series on the reader's clock has its exceptions in UTC.
# Guess: EXDATE has the form of DTSTART, since `startOutputType: "local"` is about how times are written.
# Seen: DTSTART:20260302T180000 and EXDATE:20260303T230000Z, the computer's zone put in. To a reader in another zone they do not belong together.
# Consequence: the date that was left out comes back for whoever travels.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ics@3.12.0
cat > see.mjs <<'JS'
import assert from "node:assert";
import { createEvent } from "ics";

const { error, value } = createEvent({
  uid: "evening", title: "Busy", start: [2026, 3, 2, 18, 0], duration: { hours: 1 },
  startInputType: "local", startOutputType: "local",
  recurrenceRule: "FREQ=DAILY;COUNT=3", exclusionDates: [[2026, 3, 3, 18, 0]],
});
const lines = value.split("\r\n").filter((line) => /^(DTSTART|EXDATE)/.test(line));
console.log("guess: EXDATE:20260303T180000; seen:", lines);
assert.strictEqual(error, null);
assert.deepStrictEqual(lines, ["DTSTART:20260302T180000", "EXDATE:20260303T230000Z"]);
JS
TZ=America/New_York node see.mjs
