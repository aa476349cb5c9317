"""Sheets of labels as PDF: a QR that leads to the device, the code in clear, name and school."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
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


def sheet(labels: Sequence[Label], form: LabelFormat, base: str, first: int = 1) -> bytes:
    """The PDF; on a sheet used before, printing begins at label ``first``."""
    skipped = 0 if form.is_roll else min(max(first, 1), form.a_page) - 1
    told = {
        "form": {**asdict(form), "page": list(form.page)},
        "labels": [
            {**asdict(one), "spaced": spaced(one.code), "qr": qr_svg(address_of(base, one.code))}
            for one in labels
        ],
        "skipped": skipped,
    }
    return compile_pdf(TEMPLATE, told)


def qr_svg(text: str) -> str:
    """One path, error correction M: 15 % of the symbol may be scratched away."""
    out = io.BytesIO()
    symbol = segno.make_qr(text, error="m", boost_error=False)
    symbol.save(out, kind="svg", border=QUIET, xmldecl=False, svgns=True, omitsize=True)
    return out.getvalue().decode()


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
