#!/usr/bin/env bash
# XlsxWriter 3.3.1: a text that begins with <r> and ends with </r> is written as markup, not as text.
# Guess: write_string() writes any text as it is; & and < are escaped.
# Seen: "<r><t>Room 5</t></r>" comes back as "Room 5", and "<r>Room 5</r>" as an empty cell; nothing warns.
# Consequence: such a text must be written in pieces, with write_rich_string().
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check openpyxl==3.1.5 et-xmlfile==2.0.0 XlsxWriter==3.3.1
"$work/venv/bin/python" - <<'PY'
import io

import openpyxl
import xlsxwriter

TEXTS = ["<b>Room 5</b>", "<r><t>Room 5</t></r>", "<r>Room 5</r>"]
content = io.BytesIO()
with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
    sheet = workbook.add_worksheet()
    for row, text in enumerate(TEXTS):
        assert sheet.write_string(row, 0, text) == 0
    pieces = workbook.add_format()
    sheet.write_rich_string(3, 0, "<", pieces, "r>Room 5</r>")
seen = [cell.value for (cell,) in openpyxl.load_workbook(io.BytesIO(content.getvalue())).active.iter_rows()]
print("guess:", [*TEXTS, TEXTS[2]], "seen:", seen)
assert seen == ["<b>Room 5</b>", "Room 5", "", "<r>Room 5</r>"]
PY
