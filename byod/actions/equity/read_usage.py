"""An operator's report of a month: ICCID and megabytes, read from a file, nothing else kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.equity.lines import can_keep_operators
from byod.imports.lines import USAGE
from byod.models.equity.lines import Line
from byod.models.equity.operators import LineOperator
from byod.models.equity.usage import LineUsage, UsageReport
from byod.rules.equity.lines import clean_iccid
from inventory.access import DecisionImpossible, require
from schools.actions.audit import record_action
from schools.imports.reading import FileRefused, open_source
from schools.models import User

MOST_MB = 10_000_000


@dataclass(frozen=True, slots=True)
class UsageRead:
    """What a file brought. ``wrong``: lines that could not be read, with the reason."""

    report: UsageReport
    known: int
    unknown: int
    wrong: list[str]


@transaction.atomic
def read_usage(
    user: User, operator: LineOperator, month: dt.date, file: IO[bytes], name: str
) -> UsageRead:
    """Read a report (CSV or XLSX). Read again, the month is written over: it can be corrected.

    ICCIDs that no pool knows are counted and forgotten. Nothing is written when a line is wrong.
    Raises DecisionRefused, DecisionImpossible.
    """
    require(can_keep_operators(user))
    if month > timezone.localdate():
        raise DecisionImpossible(_("Ce mois n’est pas encore passé."))
    content = file.read()
    found, wrong = _rows(content, name)
    if wrong:
        raise DecisionImpossible("\n".join(wrong[:5]))
    if not found:
        raise DecisionImpossible(_("Ce fichier n’a aucune ligne."))
    first = month.replace(day=1)
    lines = dict(
        Line.objects.filter(plan__operator=operator, iccid__in=found).values_list("iccid", "pk")
    )
    LineUsage.objects.bulk_create(
        [LineUsage(line_id=pk, month=first, mb=found[iccid or ""]) for iccid, pk in lines.items()],
        update_conflicts=True,
        unique_fields=["line", "month"],
        update_fields=["mb"],
    )
    report, _made = UsageReport.objects.update_or_create(
        operator=operator,
        month=first,
        defaults={
            "rows": len(found),
            "unknown": len(found) - len(lines),
            "sha256": hashlib.sha256(content).hexdigest(),
            "noted_at": timezone.now(),
            "noted_by": user,
        },
    )
    record_action(user, "read_line_usage", report, after={"rows": len(found)})
    return UsageRead(report, len(lines), len(found) - len(lines), [])


def _rows(content: bytes, name: str) -> tuple[dict[str, int], list[str]]:
    """ICCID → megabytes; and what is wrong, with its line. The house's reader knows the formats."""
    found: dict[str, int] = {}
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"releve{Path(name).suffix.lower()[:6]}"
        path.write_bytes(content)
        try:
            source = open_source(path, USAGE)
        except FileRefused as refused:
            raise DecisionImpossible(str(refused)) from None
        for row in source.rows:
            cell = {key: row.cells[place] for key, place in source.places.items()
                    if place < len(row.cells)}  # fmt: skip
            iccid, text = clean_iccid(cell.get("iccid", "")), cell.get("mb", "").strip()
            whole = text.replace(" ", "").replace("\u202f", "").partition(",")[0].partition(".")[0]
            if not (whole.isdecimal() and whole.isascii() and int(whole) <= MOST_MB):
                wrong.append(
                    _("Ligne %(line)d, « mo »\u00a0: un nombre de mégaoctets est attendu.")
                    % {"line": row.line}
                )
            elif not (iccid.isdecimal() and iccid.isascii()):
                wrong.append(
                    _("Ligne %(line)d, « iccid »\u00a0: 19 ou 20 chiffres attendus.")
                    % {"line": row.line}
                )
            else:
                found[iccid] = found.get(iccid, 0) + int(whole)
    return found, wrong
