"""Sheets of labels as PDF: a QR that leads to the device, the code in clear, name and school."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import segno
import typst

from inventory.models import Device
from inventory.printing.formats import LabelFormat
from inventory.rules.codes import spaced

TEMPLATE = Path(__file__).parent / "labels.typ"
QUIET = 2
"""Modules of white around the symbol; the label around it is white as well (ISO/IEC 18004: 4)."""
MASK = 2
"""One of the eight patterns that keep a symbol speckled. Readers take any; to try them all and
keep the best took four fifths of the time of a symbol."""
DARK = re.compile(rb"\x01+")


@dataclass(frozen=True, slots=True)
class Label:
    """What one label says."""

    code: str
    name: str
    number: str
    school: str


def address_of(base: str, code: str) -> str:
    """The address behind the QR, in capitals: the alphanumeric mode needs fewer modules, which are
    then larger; scheme and host know no case, and the resolver reads both."""
    return f"{base.rstrip('/')}/e/{code}".upper()


def sheet(
    labels: Sequence[Label],
    form: LabelFormat,
    base: str,
    first: int = 1,
    tick: Callable[[int], None] = lambda done: None,
) -> bytes:
    """The PDF; on a sheet used before, printing begins at label ``first``. ``tick`` hears how many
    symbols are drawn: most of the work."""
    drawn = []
    for done, one in enumerate(labels, 1):
        qr = qr_svg(address_of(base, one.code))
        drawn.append({**asdict(one), "spaced": spaced(one.code), "qr": qr})
        tick(done)
    told = {
        "form": {**asdict(form), "page": list(form.page)},
        "labels": drawn,
        "skipped": 0 if form.is_roll else min(max(first, 1), form.a_page) - 1,
    }
    return compile_pdf(TEMPLATE, told)


def qr_svg(text: str) -> str:
    """One path, error correction M: 15 % of the symbol may be scratched away. A row of dark
    modules is one stroke."""
    symbol = segno.make_qr(text, error="m", boost_error=False, mask=MASK)
    side = len(symbol.matrix) + 2 * QUIET
    strokes = [
        f"M{run.start() + QUIET} {y + QUIET}.5h{run.end() - run.start()}"
        for y, row in enumerate(symbol.matrix)
        for run in DARK.finditer(row)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path stroke="#000" d="{"".join(strokes)}"/></svg>'
    )


def compile_pdf(template: Path, told: object) -> bytes:
    """Typst sets the page; what people typed comes as data and is never read as markup. Its own
    fonts alone, so that paper looks the same from every machine."""
    return typst.compile(
        template.read_bytes(),
        format="pdf",
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
        ignore_system_fonts=True,
    )


def labels_of(devices: Iterable[Device]) -> list[Label]:
    """Labels of devices that were read with their site's school."""
    return [
        Label(
            code=device.code,
            name=device.name,
            number=device.asset_number or "",
            school=device.site.school.name,
        )
        for device in devices
    ]
