"""Names of several rooms in one line: ``B.01-B.12, Labo 1, Salle des profs``. Pure."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

AT_MOST = 100
"""Rooms of one line: a typing slip (B.01-B.1200) must not fill a school."""
LONGEST = 60
RANGE = re.compile(r"^(?P<head>.*?)(?P<first>\d+)\s*[-–—]\s*(?P<head2>.*?)(?P<last>\d+)$")


def room_names(line: str) -> list[str]:
    """The names in a line, in order, each once. Raises ValueError with a reason for people."""
    found: list[str] = []
    for part in re.split(r"[,;\n]+", line):
        if name := " ".join(part.split()):
            found += _range(name)
            if len(found) > AT_MOST:
                raise ValueError(_("Au plus %(n)d locaux à la fois.") % {"n": AT_MOST})
    if not found:
        raise ValueError(_("Écrivez au moins un nom : B.01, ou B.01-B.12 pour plusieurs."))
    for name in found:
        if len(name) > LONGEST:
            raise ValueError(
                _("« %(name)s » est trop long : %(n)d caractères au plus.")
                % {"name": name[:30] + "…", "n": LONGEST}
            )
    return list(dict.fromkeys(found))


def _range(name: str) -> list[str]:
    """``B.01-B.12`` and ``B.01-12`` as twelve names; anything else is one name."""
    match = RANGE.match(name)
    if match is None or match["head2"].strip() not in ("", match["head"].strip()):
        return [name]
    first, last = int(match["first"]), int(match["last"])
    if last < first:
        raise ValueError(_("« %(name)s » va à reculons.") % {"name": name})
    if last - first >= AT_MOST:
        raise ValueError(_("Au plus %(n)d locaux à la fois.") % {"n": AT_MOST})
    width = len(match["first"])
    return [f"{match['head']}{number:0{width}d}" for number in range(first, last + 1)]
