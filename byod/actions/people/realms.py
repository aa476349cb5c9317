"""Which realm stands after the @ of the identities of a school."""

from __future__ import annotations

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from byod.models.network.realms import Realm
from schools.models import School


def realm_of(school: School) -> str:
    """The school's own realm, else its PO's, else one of its own is made from its name."""
    own = Realm.objects.filter(school=school).first()
    if own is None:
        own = Realm.objects.filter(authority=school.authority_id).first()
    return own.name if own else _make_realm(school)


def _make_realm(school: School) -> str:
    name = slugify(school.name)[:40].strip("-") or "ecole"
    for label in (name, f"{name[:30].strip('-')}-{school.number.lower()}"):
        try:
            with transaction.atomic():
                wanted = f"{label}.{settings.BYOD_REALM_SUFFIX}"
                return Realm.objects.create(name=wanted, school=school).name
        except IntegrityError:
            known = Realm.objects.filter(school=school).first()
            if known is not None:  # somebody else made it just now
                return known.name
    raise RuntimeError("No realm could be made for a school.")
