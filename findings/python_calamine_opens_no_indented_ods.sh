#!/usr/bin/env bash
# python-calamine 0.9.1: an .ods file whose XML is indented cannot be opened.
# Guess: white space between the cells of a row means nothing there, so both files hold the same row.
# Seen: the same file without white space is read, the indented one is an error ("Expecting 'table-cell', found 'Text'").
# Consequence: files that Gnumeric saves (it indents) cannot be read; save them as .xlsx, or again with LibreOffice.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check python-calamine==0.9.1
cd "$work"
"$work/venv/bin/python" - <<'PY'
import zipfile

SPACE = "urn:oasis:names:tc:opendocument:xmlns"
CONTENT = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="{SPACE}:office:1.0" xmlns:table="{SPACE}:table:1.0" xmlns:text="{SPACE}:text:1.0" office:version="1.2">
<office:body><office:spreadsheet><table:table table:name="Week"><table:table-row>@<table:table-cell office:value-type="string"><text:p>group</text:p>
</table:table-cell>@<table:table-cell office:value-type="time" office:time-value="PT36H00M00S"><text:p>36:00</text:p></table:table-cell>
@</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""
MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="{SPACE}:manifest:1.0" manifest:version="1.2">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"""


def ods(between):
    name = f"week{len(between)}.ods"
    with zipfile.ZipFile(name, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", CONTENT.replace("\n", "").replace("@", between))
        archive.writestr("META-INF/manifest.xml", MANIFEST)
    return name


import python_calamine


def row(between):
    try:
        return python_calamine.load_workbook(ods(between)).get_sheet_by_index(0).to_python()[0][:1]
    except python_calamine.CalamineError as error:
        return str(error)[:27]


seen = [row(""), row("\n  ")]
print("guess: ['group'] twice; seen:", seen)
assert seen == [["group"], "Expecting 'table-cell', fou"]
PY
