"""Tell head and contacts that a declaration runs out, ran out, or no longer holds: once each.

The page of the school says it as long as it lasts; the letter leaves once per version and reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.actions.mail_notices import LETTERS, Letter
from inventory.actions.mail_notices import mail_notices as mail_claimed
from inventory.models import Declaration, DeclarationNotice
from inventory.standing import sites_to_tell
from schools.models import Role, RoleKind, Site, User
from schools.models.people import RoleQuerySet

TOLD = frozenset({RoleKind.HEAD.value, RoleKind.CONTACT.value})
BATCH = 500


def notice_declarations(today: dt.date) -> int:
    """Write down whom to tell; twice a day is as good as once. How many notices are new."""
    made = 0
    rows = sites_to_tell(today).order_by("pk").iterator(chunk_size=BATCH)
    while sites := list(islice(rows, BATCH)):
        made += _note(sites, today)
    return made


def _note(sites: Sequence[Any], today: dt.date) -> int:
    """For these sites. Two workers at once write the same rows: the second writes none."""
    people = _people(sites, today)
    new = [
        DeclarationNotice(declaration_id=site.declaration, kind=site.notice, person_id=person)
        for site in sites
        for person in sorted(people[site.pk])
    ]
    DeclarationNotice.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _people(sites: Sequence[Any], today: dt.date) -> dict[int, set[int]]:
    """Head and contacts in function, by site: of the site, or of its school."""
    roles = Role.objects.live(today).filter(kind__in=TOLD, user__is_active=True)
    by_site = _by(roles.filter(site__in=[site.pk for site in sites]), "site_id")
    by_school = _by(roles.filter(school__in={site.school_id for site in sites}), "school_id")
    return {
        site.pk: by_site.get(site.pk, set()) | by_school.get(site.school_id, set())
        for site in sites
    }


def _by(roles: RoleQuerySet, column: str) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for place, person in roles.values_list(column, "user_id"):
        found.setdefault(place, set()).add(person)
    return found


def mail_notices(limit: int = LETTERS) -> int:
    """One letter a person, whatever the number of their sites. How many left."""
    return mail_claimed(DeclarationNotice.objects.all(), _letter, limit)


def _letter(person: User, keys: list[int]) -> Letter | None:
    """What still needs doing; a version that was replaced meanwhile is left out."""
    newer = Declaration.objects.filter(
        site=OuterRef("declaration__site"), number__gt=OuterRef("declaration__number")
    )
    rows = DeclarationNotice.objects.filter(
        ~Exists(newer), pk__in=keys, declaration__site__in=Site.objects.visible_to(person)
    ).select_related("declaration__site__school")
    rows = rows.defer("declaration__content", "declaration__situations")
    lines = [_line(row) for row in rows]
    if not lines:
        return None
    subject = ngettext(
        "Une déclaration d’inventaire à renouveler",
        "%(n)d déclarations d’inventaire à renouveler",
        len(lines),
    ) % {"n": len(lines)}
    text = _(
        "Bonjour,\n\n%(lines)s\n\nRelisez l’inventaire de l’implantation, corrigez-le, puis"
        " la direction signe la nouvelle déclaration\u00a0:\n%(link)s\n\n"
        "Ce rappel n’est envoyé qu’une fois.\n\nPréau"
    ) % {
        "lines": "\n".join(lines),
        "link": settings.PREAU_URL + reverse("inventory:declarations"),
    }
    return Letter(subject, text)


def _line(row: DeclarationNotice) -> str:
    until = row.declaration.valid_until
    told = {
        "site": str(row.declaration.site),
        "what": row.get_kind_display(),
        "day": f"{until:%d/%m/%Y}" if until else "",
    }
    return _("– %(site)s\u00a0: %(what)s (valable jusqu’au %(day)s)") % told
