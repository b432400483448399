"""ODS files for tests: rows written by hand, and workbooks rewritten as LibreOffice would save them."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

from scheduler.exchange.workbook.cells import EPOCH, Cell
from scheduler.exchange.workbook.files import read_source
from scheduler.exchange.workbook.grid import Grid

TYPE = "application/vnd.oasis.opendocument.spreadsheet"
SPACES = ' xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s" xmlns:calcext="c"'
HIDDEN = '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'


def ods(tables: str, kind: str = TYPE, before: str = "", **parts: str) -> bytes:
    """A file with these tables."""
    content = (
        f"{before}<office:document-content{SPACES}><office:automatic-styles>{HIDDEN}</office:automatic-styles><office:body>"
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in {"mimetype": kind, "content.xml": content, **parts}.items():
            archive.writestr(name, part)
    return made.getvalue()


def sheet(rows: str, name: str = "Rooms", style: str = "ta1") -> str:
    return f'<table:table table:name={quoteattr(name)} table:style-name="{style}">{rows}</table:table>'


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


def cell(text: str = "", more: str = "") -> str:
    """A cell with a text, which may be marked up."""
    return f"<table:table-cell{more}>{f'<text:p>{text}</text:p>' if text else ''}</table:table-cell>"


def as_ods(workbook: bytes) -> bytes:
    """A workbook of another format as ODS."""
    return ods("".join(sheet("".join(_rows(grid)), grid.title) for grid in read_source(workbook).grids))


def _rows(grid: Grid) -> list[str]:
    rows, last = [], 0
    for one in grid.rows:
        if one.number > last + 1:
            rows.append(row(cell(), more=f' table:number-rows-repeated="{one.number - last - 1}"'))
        last = one.number
        rows.append(row(*(_cell(one.cells.get(column)) for column in range(max(one.cells) + 1))))
    return rows


def _cell(of: Cell | None) -> str:
    if of is None:
        return cell()
    if isinstance(of.value, str):
        paragraphs = escape(of.value).replace("  ", '<text:s text:c="2"/>').replace("\n", "</text:p><text:p>")
        return cell(paragraphs, ' office:value-type="string"')
    if not of.is_dated:
        return cell(more=f' office:value-type="float" office:value="{of.value}"')
    if of.value <= 1:
        minutes = round(of.value * 1440)
        return cell(more=f' office:value-type="time" office:time-value="PT{minutes // 60:02d}H{minutes % 60:02d}M00S"')
    moment = (EPOCH.fromordinal(EPOCH.toordinal() + int(of.value))).date().isoformat()
    minutes = round(of.value % 1 * 1440)
    clock = f"T{minutes // 60:02d}:{minutes % 60:02d}:00" if minutes else ""
    return cell(more=f' office:value-type="date" office:date-value="{moment}{clock}"')
