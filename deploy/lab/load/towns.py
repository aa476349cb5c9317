"""Towns that do not exist, with NIS codes that no real municipality has (900 and above)."""

from __future__ import annotations

from schools.models import Municipality
from schools.rules import ARRONDISSEMENTS

FICTITIOUS = range(900, 1000)


def fictitious_town(name: str, province: str) -> Municipality:
    """The made-up municipality of that name and province, made at its first mention."""
    digits = ARRONDISSEMENTS[province]
    codes = [f"{two}{n}" for two in digits for n in FICTITIOUS]
    known = dict(Municipality.objects.filter(nis_code__in=codes).values_list("nis_code", "name"))
    for code, taken in known.items():
        if taken == name:
            return Municipality.objects.get(pk=code)
    free = next(code for code in codes if code not in known)
    return Municipality.objects.create(nis_code=free, name=name)
