"""Kits and their versions: written as drafts, copied, published, frozen by whoever grants one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, can_keep_kits, require
from inventory.actions.device_writing import FactsRefused
from inventory.models import Kit, KitItem, KitVersion, Product
from schools.actions.audit import record_action
from schools.models import User

SHEET = ("warranty_months", "repairability", "energy_class", "annual_kwh", "support_ends_on")
"""What a version tells besides its price: the data sheet that schools compare."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a draft says. ``items``: product key → how many; ``accessories``: those of them that
    are counted, never devices; ``sheet``: fields of :data:`SHEET`."""

    price: Decimal
    valid_from: dt.date
    items: Mapping[int, int]
    notes: str = ""
    accessories: frozenset[int] = frozenset()
    sheet: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def add_kit(user: User, name: str, purpose: str, content: Content) -> KitVersion:
    """A kit with the draft of its first version. Raises DecisionRefused, FactsRefused."""
    require(can_keep_kits(user))
    if Kit.objects.filter(name__iexact=name).exists():
        raise FactsRefused({"name": _("Un kit porte déjà ce nom.")})
    kit = Kit.objects.create(name=name, purpose=purpose)
    version = KitVersion(kit=kit, number=1, made_by=user)
    _write(version, content)
    record_action(user, "add_kit", kit, after=_told(version))
    return version


@transaction.atomic
def change_draft(user: User, pk: int, content: Content) -> KitVersion:
    """Write a draft anew. Raises KitVersion.DoesNotExist, DecisionRefused, DecisionImpossible."""
    require(can_keep_kits(user))
    version = _locked(pk)
    if version.is_frozen:
        raise DecisionImpossible(_("Cette version compte déjà : faites-en une nouvelle."))
    before = _told(version)
    _write(version, content)
    record_action(user, "change_kit_draft", version.kit, before=before, after=_told(version))
    return version


@transaction.atomic
def copy_version(user: User, pk: int) -> KitVersion:
    """A draft with the content of that version, or the draft that the kit has already.

    Raises KitVersion.DoesNotExist, DecisionRefused.
    """
    require(can_keep_kits(user))
    former = KitVersion.objects.select_related("kit").get(pk=pk)
    kit = Kit.objects.select_for_update().get(pk=former.kit_id)
    if draft := kit.versions.draft().first():
        return draft
    last = kit.versions.aggregate(n=Max("number"))["n"] or 0
    version = KitVersion.objects.create(
        kit=kit,
        number=last + 1,
        price=former.price,
        valid_from=max(timezone.localdate(), former.valid_from + dt.timedelta(days=1)),
        made_by=user,
        **{name: getattr(former, name) for name in SHEET},
    )
    KitItem.objects.bulk_create(
        KitItem(
            version=version,
            product_id=item.product_id,
            quantity=item.quantity,
            accessory=item.accessory,
        )
        for item in former.items.all()
    )
    record_action(user, "copy_kit_version", kit, before={"version": former.number},
                  after={"version": version.number})  # fmt: skip
    return version


@transaction.atomic
def publish_version(user: User, pk: int) -> KitVersion:
    """Freeze a draft and offer it from its day on; the version offered so far ends the day before.

    Raises KitVersion.DoesNotExist, DecisionRefused, DecisionImpossible with the reason.
    """
    require(can_keep_kits(user))
    version = _locked(pk)
    if version.is_frozen:
        return version
    if not version.items.exists():
        raise DecisionImpossible(_("Un kit vide ne se publie pas : ajoutez-y des produits."))
    others = version.kit.versions.frozen()
    if others.filter(valid_from__gte=version.valid_from).exists():
        raise DecisionImpossible(
            _("Une version publiée commence ce jour-là ou après : choisissez un jour plus tard.")
        )
    before = version.valid_from - dt.timedelta(days=1)
    others.filter(valid_to=None).update(valid_to=before)
    others.filter(valid_to__gte=version.valid_from).update(valid_to=before)
    freeze_version(version.pk)
    version.refresh_from_db()
    record_action(user, "publish_kit_version", version.kit, after=_told(version))
    return version


@transaction.atomic
def drop_draft(user: User, pk: int) -> None:
    """Throw a draft away; a kit that never had another version goes with it."""
    require(can_keep_kits(user))
    version = _locked(pk)
    if version.is_frozen:
        raise DecisionImpossible(_("Cette version compte déjà : elle ne se supprime pas."))
    record_action(user, "drop_kit_draft", version.kit, before=_told(version))
    kit = version.kit
    version.delete()
    if not kit.versions.exists():
        kit.delete()


@transaction.atomic
def end_version(user: User, pk: int, last_day: dt.date) -> KitVersion:
    """Offer a published version until that day and no longer; what was granted stays granted."""
    require(can_keep_kits(user))
    version = _locked(pk)
    if not version.is_frozen:
        raise DecisionImpossible(_("Un brouillon n’est pas proposé : supprimez-le."))
    if last_day < version.valid_from:
        raise FactsRefused({"valid_to": _("Ce jour vient avant le premier jour de la version.")})
    before = version.valid_to
    try:
        with transaction.atomic():
            version.valid_to = last_day
            version.save(update_fields=["valid_to"])
    except IntegrityError:
        raise FactsRefused({"valid_to": _("Une version plus récente commence avant.")}) from None
    record_action(
        user,
        "end_kit_version",
        version.kit,
        before={"valid_to": before.isoformat() if before else ""},
        after={"version": version.number, "valid_to": last_day.isoformat()},
    )
    return version


def freeze_version(pk: int) -> bool:
    """Say that the version counts from now on; whoever grants it calls this in its transaction.

    One conditional UPDATE: twice is harmless. Returns whether it was a draft until now.
    """
    drafts = KitVersion.objects.filter(pk=pk).draft()
    return bool(drafts.update(frozen_at=timezone.now()))


def _locked(pk: int) -> KitVersion:
    rows = KitVersion.objects.select_for_update(of=("self",)).select_related("kit")
    return rows.get(pk=pk)


def _write(version: KitVersion, content: Content) -> None:
    known = set(Product.objects.filter(pk__in=content.items).values_list("pk", flat=True))
    if set(content.items) - known:
        raise FactsRefused({"items": _("Un des produits n’est plus au catalogue.")})
    if any(not 1 <= quantity <= 9999 for quantity in content.items.values()):
        raise FactsRefused({"items": _("Un nombre de 1 à 9999 est attendu.")})
    version.price, version.valid_from = content.price, content.valid_from
    version.notes = content.notes
    for name in SHEET:
        if name in content.sheet:
            setattr(version, name, content.sheet[name])
    version.save()
    version.items.all().delete()
    KitItem.objects.bulk_create(
        KitItem(
            version=version,
            product_id=product,
            quantity=quantity,
            accessory=product in content.accessories,
        )
        for product, quantity in content.items.items()
    )


def _told(version: KitVersion) -> dict[str, object]:
    items = version.items.select_related("product")
    return {
        "version": version.number,
        "price": str(version.price),
        "valid_from": version.valid_from.isoformat(),
        "items": [str(item) for item in items],
        **{name: str(getattr(version, name)) for name in SHEET if getattr(version, name)},
    }
