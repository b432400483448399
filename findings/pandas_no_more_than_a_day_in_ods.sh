#!/usr/bin/env bash
# pandas 3.1.1: a length of time above 24 hours in an .ods file is an error with one engine, and a text with the other.
# Guess: 36 hours are a timedelta, as from .xlsx.
# Seen: engine "odf" raises "hour must be in 0..23: 36:00"; engine "calamine" gives the text PT36H00M00S.
# Consequence: a column of weekly hours cannot be read from .ods. Keep hours as plain numbers, or save as .xlsx.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pandas==3.1.1 numpy==2.4.6 odfpy==1.4.1 defusedxml==0.7.1 python-calamine==0.9.1 python-dateutil==2.9.0.post0
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


import pandas


def hours(engine):
    try:
        return pandas.read_excel(ods(""), header=None, engine=engine).iloc[0, 1]
    except ValueError as error:
        return str(error)


seen = [hours("odf"), hours("calamine")]
print("guess: 1 day 12:00:00 twice; seen:", seen)
assert seen == ["hour must be in 0..23: 36:00", "PT36H00M00S"]
PY
