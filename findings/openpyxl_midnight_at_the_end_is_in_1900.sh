#!/usr/bin/env bash
# openpyxl 3.1.5 and python-calamine 0.9.1: 24:00, shown as hh:mm, is read as 1 January 1900.
# Guess: datetime.time(0, 0), or a timedelta of a day.
# Seen: a datetime and a date of 1900; the same number shown as [h]:mm is a timedelta of a day.
# Consequence: a window "17:00 to 24:00" ends in 1900 or fails. Take the number of the cell, not its kind.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check openpyxl==3.1.5 et-xmlfile==2.0.0 XlsxWriter==3.3.1 python-calamine==0.9.1
"$work/venv/bin/python" - <<'PY'
import io

import openpyxl
import python_calamine
import xlsxwriter


def book(form: str) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        workbook.add_worksheet().write_number(0, 0, 1.0, workbook.add_format({"num_format": form}))
    return content.getvalue()


seen = {}
for form in ("hh:mm", "[h]:mm"):
    content = book(form)
    one = openpyxl.load_workbook(io.BytesIO(content)).active["A1"].value
    other = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()[0][0]
    seen[form] = (repr(one), repr(other))
print("guess: a time or a day; seen:", seen)
day = "datetime.timedelta(days=1)"
assert seen == {"hh:mm": ("datetime.datetime(1900, 1, 1, 0, 0)", "datetime.date(1900, 1, 1)"), "[h]:mm": (day, day)}
PY
