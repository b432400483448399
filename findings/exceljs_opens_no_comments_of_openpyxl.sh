#!/usr/bin/env bash
# exceljs 4.4.0: a workbook with a comment, as openpyxl 3.1.5 writes it, cannot be opened.
# Guess: it opens; the format leaves the names of parts to the relationships, and Excel and LibreOffice open it.
# Seen: "Cannot read properties of undefined (reading 'comments')". openpyxl names the part xl/comments/comment1.xml and refers to it by an
# absolute path; exceljs looks for ../comments1.xml, the name that Excel gives it. The same workbook of XlsxWriter 3.3.1 opens.
# Consequence: a script with exceljs cannot read a workbook in which another script saved comments with openpyxl.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check openpyxl==3.1.5 et-xmlfile==2.0.0 XlsxWriter==3.3.1
(cd "$work" && npm install --silent --no-audit --no-fund --ignore-scripts exceljs@4.4.0)
cd "$work"
"$work/venv/bin/python" - <<'PY'
import openpyxl
import xlsxwriter
from openpyxl.comments import Comment

book = openpyxl.Workbook()
book.active["A1"].comment = Comment("Free times", "author")
book.save("openpyxl.xlsx")
with xlsxwriter.Workbook("xlsxwriter.xlsx") as other:
    other.add_worksheet().write_comment("A1", "Free times")
PY
cat > open.cjs <<'JS'
const assert = require("node:assert");
const { Workbook } = require("exceljs");
const opened = async (file) => new Workbook().xlsx.readFile(file).then(() => "opens", (error) => error.message);
(async () => {
  const seen = [await opened("openpyxl.xlsx"), await opened("xlsxwriter.xlsx")];
  console.log("guess: opens, opens; seen:", seen.join(", "));
  assert.deepStrictEqual(seen, ["Cannot read properties of undefined (reading 'comments')", "opens"]);
})();
JS
node open.cjs
