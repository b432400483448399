#!/usr/bin/env bash
# openpyxl 3.1.5: reading and saving a workbook gives every comment the same small size.
# Guess: a comment keeps its size as its text is kept.
# Seen: 288 x 111 points become 144 x 79 pixels; nothing warns.
# Consequence: hints of a template that a script fills are cut off when they are opened. Set width and height before saving.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check openpyxl==3.1.5 et-xmlfile==2.0.0 XlsxWriter==3.3.1
"$work/venv/bin/python" - <<'PY'
import io
import re
import zipfile

import openpyxl
import xlsxwriter


def sizes(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (part,) = [name for name in archive.namelist() if name.endswith(".vml")]
        return re.findall(r"width:[^;]+;height:[^;\"']+", archive.read(part).decode())


before, after = io.BytesIO(), io.BytesIO()
with xlsxwriter.Workbook(before, {"in_memory": True}) as workbook:
    workbook.add_worksheet().write_comment("A1", "Write free times like this: mon-thu 17:00-21:00", {"width": 384, "height": 148})
book = openpyxl.load_workbook(io.BytesIO(before.getvalue()))
book.save(after)
seen = sizes(before.getvalue()), sizes(after.getvalue())
print("guess: the same twice; seen:", seen)
assert seen == (["width:288pt;height:111pt"], ["width:144px;height:79px"])
PY
