#!/usr/bin/env bash
# polars 2.1.0 with fastexcel 0.21.0: a time of day in a workbook is read as a moment on 31 December 1899.
# Guess: a time, since polars has a type for it and the cell is displayed as hh:mm.
# Seen: 1899-12-31 09:00, and 24:00 is 1900-01-01 00:00: a column of ends cannot be compared with one of times.
# Consequence: in a script that reads hours, take the time of it with `.dt.time()`, and 24:00 apart.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check polars==2.1.0 fastexcel==0.21.0 pyarrow==22.0.0 xlsxwriter==3.3.1
cd "$work"
"$work/venv/bin/python" - <<'PY'
from datetime import datetime, time

import polars
import xlsxwriter

with xlsxwriter.Workbook("hours.xlsx") as book:
    sheet, clock = book.add_worksheet(), book.add_format({"num_format": "hh:mm"})
    sheet.write_row(0, 0, ["start", "end"])
    sheet.write_datetime(1, 0, time(9, 0), clock)
    sheet.write_number(1, 1, 1.0, clock)
    sheet.write_datetime(2, 0, time(17, 30), clock)
    sheet.write_number(2, 1, 0.75, clock)
table = polars.read_excel("hours.xlsx")
print("guess: times; seen:", table.schema, table.rows())
assert table.rows() == [
    (datetime(1899, 12, 31, 9, 0), datetime(1900, 1, 1, 0, 0)),
    (datetime(1899, 12, 31, 17, 30), datetime(1899, 12, 31, 18, 0)),
]
assert all(isinstance(kind, polars.Datetime) for kind in table.schema.dtypes())
PY
