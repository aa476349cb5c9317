from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.access.booking import can_share, require
from inventory.booking.kept import kept_devices
from inventory.booking.slots import SlotImpossible
from inventory.models import Bookable, BookableDevice, Booking, Device
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Site, User

FIELDS = (
    *("name", "kind", "room", "count", "bookers", "needs_approval", "longest_min", "buffer_min"),
    *("opens_min", "closes_min", "ahead_days", "notes"),
)


class SharingImpossible(SlotImpossible):
    """Something that cannot be shared so; the text says why and what to do."""


@transaction.atomic
def add_bookable(
    actor: User, site: int, values: Mapping[str, Any], devices: Iterable[int] = ()
) -> Bookable:
    """Share something of a site: ``values`` by field of the model, ``devices`` of that site.

    Raises Site.DoesNotExist where unseen, BookingRefused, SharingImpossible with the reason.
    """
    here = Site.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=site)
    require(can_share(actor, here))
    _require_name(here.pk, values["name"])
    made = Bookable.objects.create(site=here, **{key: values[key] for key in FIELDS})
    _set_pieces(made, devices)
    record_action(actor, "add_bookable", made, site=here, after=_told(made))
    announce("bookable", made.pk, site=here.pk)
    return made


@transaction.atomic
def change_bookable(
    actor: User,
    pk: int,
    values: Mapping[str, Any],
    devices: Iterable[int] = (),
    *,
    version: int,
) -> Bookable:
    """Change what is shared, as it was read in ``version``. Bookings made keep what they have.

    Raises as :func:`add_bookable` does.
    """
    bookable = lock_bookable(actor, pk)
    require(can_share(actor, bookable.site))
    if bookable.version != version:
        raise SharingImpossible(
            _("Quelqu’un a modifié cette fiche entre-temps. Relisez-la, puis recommencez.")
        )
    _require_name(bookable.site_id, values["name"], but=pk)
    before = _told(bookable)
    for key in FIELDS:
        setattr(bookable, key, values[key])
    bookable.save(update_fields=FIELDS)
    _set_pieces(bookable, devices)
    after = _told(bookable)
    changed = [key for key in after if before[key] != after[key]]
    if changed:
        record_action(
            actor,
            "change_bookable",
            bookable,
            site=bookable.site,
            before={key: before[key] for key in changed},
            after={key: after[key] for key in changed},
        )
    announce("bookable", pk, site=bookable.site_id)
    return bookable


@transaction.atomic
def withdraw_bookable(actor: User, pk: int) -> Bookable:
    """No longer share it, from today on. Refused while somebody counts on it."""
    bookable = lock_bookable(actor, pk)
    require(can_share(actor, bookable.site))
    coming = Booking.objects.holding().filter(bookable=bookable, span__endswith__gt=timezone.now())
    if count := coming.count():
        told = ngettext(
            "%(n)d réservation est à venir : annulez-la d’abord.",
            "%(n)d réservations sont à venir : annulez-les d’abord.",
            count,
        )
        raise SharingImpossible(told % {"n": count})
    if bookable.withdrawn_on is None:
        bookable.withdrawn_on = timezone.localdate()
        bookable.save(update_fields=["withdrawn_on"])
        record_action(actor, "withdraw_bookable", bookable, site=bookable.site)
        announce("bookable", pk, site=bookable.site_id)
    return bookable


@transaction.atomic
def restore_bookable(actor: User, pk: int) -> Bookable:
    """Share it again."""
    bookable = lock_bookable(actor, pk)
    require(can_share(actor, bookable.site))
    if bookable.withdrawn_on is not None:
        _require_name(bookable.site_id, bookable.name, but=pk)
        bookable.withdrawn_on = None
        bookable.save(update_fields=["withdrawn_on"])
        record_action(actor, "restore_bookable", bookable, site=bookable.site)
        announce("bookable", pk, site=bookable.site_id)
    return bookable


def lock_bookable(actor: User, pk: int) -> Bookable:
    """The bookable with its site, locked: whoever books it comes one after the other, so that two
    who collide wait for each other and never lock each other out. Raises DoesNotExist."""
    seen = Bookable.objects.visible_to(actor).select_for_update(of=("self",), no_key=True)
    return seen.select_related("site__school").get(pk=pk)


def _require_name(site: int, name: str, but: int = 0) -> None:
    if Bookable.objects.offered().filter(site=site, name=name).exclude(pk=but).exists():
        raise SharingImpossible(
            _("L’implantation partage déjà « %(name)s ». Donnez un autre nom.") % {"name": name}
        )


def _set_pieces(bookable: Bookable, devices: Iterable[int]) -> None:
    wanted = set(devices)
    # locked: whoever puts one of them into a pool of loans at this moment waits
    here = Device.objects.filter(pk__in=wanted, site=bookable.site_id)
    if len(here.order_by("pk").select_for_update(no_key=True)) != len(wanted):
        raise SharingImpossible(_("Un des appareils n’est pas dans cette implantation."))
    if len(wanted) > bookable.count:
        counts = {"n": len(wanted), "count": bookable.count}
        raise SharingImpossible(
            _("%(n)d appareils pour %(count)d pièces : augmentez le nombre de pièces.") % counts
        )
    for key, why in kept_devices()(wanted).items():
        name = here.get(pk=key).name
        raise SharingImpossible(f"{name}\u00a0: {why}")
    others = BookableDevice.objects.filter(device__in=wanted).exclude(bookable=bookable)
    if taken := others.select_related("device", "bookable").first():
        told = {"device": taken.device.name, "bookable": taken.bookable.name}
        raise SharingImpossible(_("%(device)s fait déjà partie de « %(bookable)s ».") % told)
    bookable.pieces.exclude(device__in=wanted).delete()
    known = set(bookable.pieces.values_list("device", flat=True))
    BookableDevice.objects.bulk_create(
        [BookableDevice(bookable=bookable, device_id=pk) for pk in sorted(wanted - known)]
    )


def _told(bookable: Bookable) -> dict[str, Any]:
    """What the journal keeps of it."""
    found: dict[str, Any] = {
        key: value if isinstance(value := getattr(bookable, key), int) else str(value or "")
        for key in FIELDS
    }
    names = bookable.pieces.order_by("device__name").values_list("device__name", flat=True)
    return found | {"devices": list(names)}
