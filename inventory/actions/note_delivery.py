"""Note what arrived together, so that it is found, labelled and counted together."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible
from inventory.access.deliveries import require_keeper_of, require_renamer_of
from inventory.models import DeliveredDevice, Delivery, Device
from schools.actions.audit import record_action
from schools.models import ImportRun, User

AT_MOST = 2000
_OF_RUN = """
INSERT INTO inventory_delivereddevice (delivery_id, device_id)
SELECT %s, device_id FROM staged_change WHERE outcome = 'created' ORDER BY device_id
"""


def note_delivery(user: User, devices: list[int], reference: str, received_on: dt.date) -> Delivery:
    """Devices that the person keeps, by the number on their note.

    Raises DecisionRefused, DecisionImpossible with the reason; nothing is half noted.
    """
    seen = Device.objects.visible_to(user).filter(pk__in=devices)
    rows = list(seen.select_related("site__school").order_by("pk")[: AT_MOST + 1])
    require_keeper_of(user, rows)
    _check(reference, received_on)
    if len(rows) > AT_MOST:
        raise DecisionImpossible(
            _("Plus de %(n)d équipements\u00a0: notez la livraison en plusieurs fois.")
            % {"n": AT_MOST}
        )
    if not rows:
        raise DecisionImpossible(_("Aucun équipement choisi\u00a0: cochez au moins une ligne."))
    try:
        with transaction.atomic():
            made = Delivery.objects.create(
                reference=reference.strip()[:80], received_on=received_on, made_by=user
            )
            DeliveredDevice.objects.bulk_create(
                DeliveredDevice(delivery=made, device=row) for row in rows
            )
            sites = {row.site_id: row.site for row in rows}
            only = next(iter(sites.values())) if len(sites) == 1 else None
            after = {"reference": made.reference, "devices": len(rows)}
            record_action(user, "note_delivery", made, site=only, after=after)
    except IntegrityError as error:
        raise DecisionImpossible(_taken(rows)) from error
    return made


def name_delivery(user: User, made: Delivery, reference: str, received_on: dt.date) -> Delivery:
    """Another number or day. Raises DecisionRefused, DecisionImpossible."""
    require_renamer_of(user, made)
    _check(reference, received_on)
    with transaction.atomic():
        row = Delivery.objects.select_for_update(of=("self",)).get(pk=made.pk)
        before = {"reference": row.reference, "received_on": row.received_on.isoformat()}
        row.reference, row.received_on = reference.strip()[:80], received_on
        after = {"reference": row.reference, "received_on": row.received_on.isoformat()}
        if after != before:
            row.save(update_fields=["reference", "received_on"])
            record_action(user, "name_delivery", row, before=before, after=after)
    return row


def note_import(run: ImportRun, actor: User | None) -> None:
    """What an import made is a delivery, named by its file until somebody names it better. Inside
    the transaction that writes the import."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM staged_change WHERE outcome = 'created')")
        if not cursor.fetchone()[0]:
            return
        made, _new = Delivery.objects.get_or_create(
            run=run,
            defaults={"reference": run.file_name[:80], "received_on": run.as_of, "made_by": actor},
        )
        cursor.execute(_OF_RUN, [made.pk])


def _check(reference: str, received_on: dt.date) -> None:
    if not reference.strip():
        raise DecisionImpossible(_("Donnez le numéro du bon, ou un nom que vous retrouverez."))
    if received_on > timezone.localdate():
        raise DecisionImpossible(_("La livraison n’est pas encore reçue\u00a0: corrigez le jour."))


def _taken(rows: list[Device]) -> str:
    known = DeliveredDevice.objects.filter(device__in=rows).select_related("device", "delivery")
    first = known.first()
    if first is None:
        return _("Quelqu’un a changé ces équipements entre-temps\u00a0: recommencez.")
    return _(
        "%(n)d de ces équipements sont déjà d’une livraison (%(device)s\u00a0: « %(delivery)s »)."
        " Retirez-les du choix."
    ) % {"n": known.count(), "device": first.device, "delivery": first.delivery}
