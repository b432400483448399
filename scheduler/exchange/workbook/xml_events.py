"""XML read as a stream of events, safely: no document types, no entities, an end to the number of elements."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO
from xml.parsers import expat

from scheduler.exchange.workbook.issue import refuse

CHUNK = 1 << 16
MAX_ELEMENTS = 2_500_000
"""Elements of all parts of a file; a million empty rows are a million."""


class Budget:
    """How many elements may still be read."""

    def __init__(self, elements: int = MAX_ELEMENTS) -> None:
        """Nothing was read."""
        self.left = elements


Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


def read_xml(stream: IO[bytes], budget: Budget, start: Start, end: End, text: Text) -> None:
    """Call the functions for everything in a part; names come without prefixes.

    Raises:
        WorkbookError: It has a document type, too many elements, or is no XML.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    names: dict[str, str] = {}

    def plain(name: str) -> str:
        if name not in names:
            names[name] = name.rpartition(":")[2]
        return names[name]

    def on_start(name: str, attributes: dict[str, str]) -> None:
        budget.left -= 1
        if budget.left < 0:
            raise refuse("file_too_large", "delete the rows and columns below and beside the data, formatted ones too, and save again")
        start(plain(name), attributes)

    def on_doctype(*_: object) -> None:
        raise refuse("file_unsafe", "save the file again in your spreadsheet; it defines XML entities, which spreadsheets do not")

    parser.StartElementHandler = on_start
    parser.EndElementHandler = lambda name: end(plain(name))
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = on_doctype
    parser.EntityDeclHandler = on_doctype
    try:
        while chunk := stream.read(CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise refuse("file_damaged", "save the file again in your spreadsheet; a part of it is damaged") from None
