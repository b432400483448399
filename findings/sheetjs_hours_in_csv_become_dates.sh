#!/usr/bin/env bash
# SheetJS 0.18.5: hours such as 9-12 in a CSV file become dates of 2001.
# Guess: a text, as in the file; nothing says that it is a date, and no year is named.
# Seen: 37146, which is 12 September 2001; 9:00-12:00, 13-17 and Mon 9-12 stay texts. With { raw: true } all of them do.
# Consequence: a column of free hours is lost in part, without an error. Read CSV files with { raw: true }.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts xlsx@0.18.5
cat > see.cjs <<'JS'
const assert = require("node:assert");
const xlsx = require("xlsx");
const cells = (options) => {
  const book = xlsx.read("9-12\n5-9\n9:00-12:00\n13-17\nMon 9-12", { type: "string", ...options });
  return xlsx.utils.sheet_to_json(book.Sheets[book.SheetNames[0]], { header: 1 }).flat();
};
const seen = cells({});
console.log("guess: five texts; seen:", JSON.stringify(seen));
assert.deepStrictEqual(seen, [37146, 37020, "9:00-12:00", "13-17", "Mon 9-12"]);
assert.deepStrictEqual(cells({ raw: true }).slice(0, 2), ["9-12", "5-9"]);
JS
node see.cjs
