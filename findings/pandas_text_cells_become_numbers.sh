#!/usr/bin/env bash
# pandas 3.1.1: codes that a workbook holds as text become numbers.
# Guess: a cell of type text stays text: 0012, 0013.
# Seen: 12 and 13, as if it were a CSV file; a single code with a letter in the column, and all stay text.
# Consequence: pass `dtype=str` for columns of ids; without it they no longer match.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pandas==3.1.1 openpyxl==3.1.5
cd "$work"
"$work/venv/bin/python" - <<'PY'
import openpyxl
import pandas


def codes(*texts):
    book = openpyxl.Workbook()
    book.active.append(["id"])
    for text in texts:
        book.active.append([text])
    book.save("codes.xlsx")
    assert openpyxl.load_workbook("codes.xlsx").active["A2"].data_type == "s"
    return pandas.read_excel("codes.xlsx")["id"].tolist(), pandas.read_excel("codes.xlsx", dtype=str)["id"].tolist()


numbers, mixed = codes("0012", "0013"), codes("0012", "a13")
print("guess: 0012, 0013; seen:", numbers, "with a letter in one:", mixed)
assert numbers == ([12, 13], ["0012", "0013"])
assert mixed == (["0012", "a13"], ["0012", "a13"])
PY
