#!/usr/bin/env bash
# SheetJS 0.18.5: a date of an .xlsx file, saved as .ods, is a bare number with a text.
# Guess: a date stays a date; ODS has a type for it.
# Seen: office:value-type="float" office:value="46398" instead of office:date-value="2027-01-11"; with cellDates it is a date.
# Consequence: a spreadsheet shows 46398 where a day was. Read with { cellDates: true } before saving as ODS.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts xlsx@0.18.5
cat > save.cjs <<'JS'
const assert = require("node:assert");
const xlsx = require("xlsx");
const sheet = { "!ref": "A1", A1: { t: "n", v: 46398, z: "yyyy-mm-dd" } };
const content = xlsx.write({ SheetNames: ["Week"], Sheets: { Week: sheet } }, { type: "buffer", bookType: "xlsx" });
const cell = (options) => {
  const ods = xlsx.write(xlsx.read(content, { cellNF: true, ...options }), { type: "buffer", bookType: "ods" });
  const text = xlsx.CFB.find(xlsx.CFB.read(ods, { type: "buffer" }), "content.xml").content.toString();
  return /<table:table-cell[^>]*office:value-type="(\w+)"/.exec(text)[1];
};
const seen = [cell({}), cell({ cellDates: true })];
console.log("guess: date, date; seen:", seen.join(", "));
assert.deepStrictEqual(seen, ["float", "date"]);
JS
node save.cjs
