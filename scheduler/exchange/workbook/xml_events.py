"""Safe reading of XML as a stream of events: no document types, no entities, a limited number of elements."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO
from xml.parsers import expat

from scheduler.exchange.workbook.issue import refuse

CHUNK = 1 << 16
MAX_ELEMENTS = 1_500_000
"""The maximum number of elements in all parts of a file; a million empty rows are a million elements."""

MAX_DEPTH = 100
"""The maximum nesting of elements; sheets have fewer than ten levels."""


class Budget:
    """The number of elements that may still be read."""

    def __init__(self) -> None:
        self.left = MAX_ELEMENTS


Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


def read_xml(stream: IO[bytes], budget: Budget, start: Start, end: End, text: Text) -> None:
    """Call the functions for every event in a part; names are passed without prefixes.

    Raises:
        WorkbookError: The part has a document type or too many elements, or is not XML.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    left, depth = budget.left, 0

    def on_start(name: str, attributes: dict[str, str]) -> None:
        nonlocal left, depth
        left, depth = left - 1, depth + 1
        if left < 0:
            raise refuse(
                "file_too_large", "delete the rows and columns below and to the right of the data, formatted ones too, and save again"
            )
        if depth > MAX_DEPTH:
            raise refuse("file_unsafe", "save the file again in your spreadsheet; its parts are nested too deeply")
        start(name if ":" not in name else name.rpartition(":")[2], attributes)

    def on_end(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name if ":" not in name else name.rpartition(":")[2])

    def on_doctype(*_: object) -> None:
        raise refuse("file_unsafe", "save the file again in your spreadsheet; it defines XML entities, which spreadsheets do not")

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = on_start, on_end, text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = on_doctype
    try:
        while chunk := stream.read(CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise refuse("file_damaged", "save the file again in your spreadsheet; a part of it is damaged") from None
    budget.left = left
