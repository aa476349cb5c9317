"""OpenDocument spreadsheets (ODF 1.3), written row by row into the archive.

The libraries for ODS keep the whole sheet as a tree: 10,000 rows took them minutes and 270 MB.
A sheet of values is little XML, so it is written here; the tests read it back with one of them.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from schools.sheets_cells import CELL_CHARACTERS, Plain, plain, readable

URN = "urn:oasis:names:tc:opendocument:xmlns:"
SPACES = {
    "xmlns:office": f"{URN}office:1.0",
    "xmlns:style": f"{URN}style:1.0",
    "xmlns:text": f"{URN}text:1.0",
    "xmlns:table": f"{URN}table:1.0",
    "xmlns:number": f"{URN}datastyle:1.0",
    "xmlns:fo": f"{URN}xsl-fo-compatible:1.0",
    "xmlns:config": f"{URN}config:1.0",
    "office:version": "1.3",
}
KIND = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="{URN}manifest:1.0" manifest:version="1.3">
<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{KIND}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
<manifest:file-entry manifest:full-path="settings.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""
STYLES = """<office:automatic-styles>
<number:date-style style:name="day"><number:day number:style="long"/><number:text>/</number:text>
<number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/>
</number:date-style>
<number:date-style style:name="moment"><number:day number:style="long"/>
<number:text>/</number:text><number:month number:style="long"/><number:text>/</number:text>
<number:year number:style="long"/><number:text> </number:text><number:hours number:style="long"/>
<number:text>:</number:text><number:minutes number:style="long"/></number:date-style>
<style:style style:name="d" style:family="table-cell" style:data-style-name="day"/>
<style:style style:name="m" style:family="table-cell" style:data-style-name="moment"/>
<style:style style:name="h" style:family="table-cell">
<style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="c" style:family="table-column">
<style:table-column-properties style:column-width="4.2cm"/></style:style>
</office:automatic-styles>"""
FROZEN = (
    ("VerticalSplitMode", "short", "2"),
    ("VerticalSplitPosition", "int", "1"),
    ("PositionBottom", "int", "1"),
    ("ActiveSplitRange", "short", "2"),
)
"""What LibreOffice keeps of a frozen first row (settings.xml)."""


def write_ods(
    file: IO[bytes], name: str, heads: Sequence[object], rows: Iterable[Sequence[object]]
) -> None:
    """Write one sheet of typed cells whose first row stays in view."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        # first and uncompressed: programs read what the file is at a fixed place
        archive.writestr("mimetype", KIND, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("settings.xml", _settings(name))
        with archive.open("content.xml", "w", force_zip64=True) as content:
            _write_content(content, name, heads, rows)


def _write_content(
    content: IO[bytes], name: str, heads: Sequence[object], rows: Iterable[Sequence[object]]
) -> None:
    spaces = " ".join(f"{key}={quoteattr(value)}" for key, value in SPACES.items())
    opening = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {spaces}>{STYLES}'
        f"<office:body><office:spreadsheet><table:table table:name={quoteattr(name)}>"
        f'<table:table-column table:style-name="c" '
        f'table:number-columns-repeated="{len(heads)}"/><table:table-header-rows>'
    )
    content.write(opening.encode())
    content.write(_row("".join(_text(str(head), ' table:style-name="h"') for head in heads)))
    content.write(b"</table:table-header-rows>")
    for row in rows:
        content.write(_row("".join(_cell(plain(value)) for value in row)))
    content.write(b"</table:table></office:spreadsheet></office:body></office:document-content>")


def _row(cells: str) -> bytes:
    return f"<table:table-row>{cells}</table:table-row>\n".encode()


def _cell(value: Plain) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, str):
        return _text(value[:CELL_CHARACTERS])
    if isinstance(value, bool):
        return _typed("boolean", f'office:boolean-value="{str(value).lower()}"', value)
    if isinstance(value, dt.date):
        style = "m" if isinstance(value, dt.datetime) else "d"
        told = f'office:date-value="{value.isoformat()}" table:style-name="{style}"'
        return _typed("date", told, value)
    return _typed("float", f'office:value="{value}"', value)


def _typed(kind: str, told: str, value: bool | float | Decimal | dt.date) -> str:
    words = f"<text:p>{escape(readable(value))}</text:p>"
    return f'<table:table-cell office:value-type="{kind}" {told}>{words}</table:table-cell>'


def _text(value: str, told: str = "") -> str:
    """Each line is a paragraph; a run of blanks would be read as one."""
    lines = "".join(f"<text:p>{_blanks(escape(line))}</text:p>" for line in value.split("\n"))
    return f'<table:table-cell office:value-type="string"{told}>{lines}</table:table-cell>'


def _blanks(line: str) -> str:
    return line.replace("\t", "<text:tab/>").replace("  ", " <text:s/>")


def _settings(name: str) -> str:
    """The view settings of the sheet, nested as LibreOffice reads them."""
    spaces = " ".join(f"{key}={quoteattr(value)}" for key, value in SPACES.items())
    items = "".join(
        f'<config:config-item config:name="{key}" config:type="{kind}">{value}</config:config-item>'
        for key, kind, value in FROZEN
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-settings {spaces}>'
        '<office:settings><config:config-item-set config:name="ooo:view-settings">'
        '<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>'
        '<config:config-item-map-named config:name="Tables">'
        f"<config:config-item-map-entry config:name={quoteattr(name)}>{items}"
        "</config:config-item-map-entry></config:config-item-map-named>"
        "</config:config-item-map-entry></config:config-item-map-indexed>"
        "</config:config-item-set></office:settings></office:document-settings>"
    )
