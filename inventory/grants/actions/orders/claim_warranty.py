"""A device that fails under warranty: asked, answered by the supplier, replaced."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.actions.add_device import add_template_ports, next_number
from inventory.actions.device_writing import save_or_tell
from inventory.actions.move_device import Asked, move_device
from inventory.actions.note_moves import note_moves
from inventory.grants.access.orders import can_claim, can_speak_for
from inventory.grants.actions.orders.announce_delivery import clean_serial
from inventory.grants.actions.orders.history import tell
from inventory.grants.models.orders.deliveries import ShippedPiece
from inventory.grants.models.orders.purchases import EventKind
from inventory.grants.models.orders.replacements import Replacement, ReplacementState
from inventory.models import Device, DeviceState
from schools.actions.audit import record_action
from schools.models import Site, User


@transaction.atomic
def ask_replacement(user: User, device: int, why: str) -> Replacement:
    """Ask the supplier to replace a delivered device. Asked twice, the first claim is given back.

    Raises Device.DoesNotExist where unseen, DecisionRefused, DecisionImpossible.
    """
    seen = Device.objects.visible_to(user).select_for_update(of=("self",))
    row = seen.select_related("site__school", "product").get(pk=device)
    require(can_claim(user, row))
    known = Replacement.objects.filter(device=row).exclude(state=ReplacementState.REFUSED).first()
    if known is not None:
        return known
    piece = piece_of(row)
    if piece is None:
        raise DecisionImpossible(
            _("Cet équipement n’est pas arrivé par une commande\u00a0: adressez-vous au vendeur.")
        )
    today = timezone.localdate()
    if row.warranty_until is None or row.warranty_until < today:
        raise DecisionImpossible(_("La garantie de cet équipement est terminée."))
    if not why.strip():
        raise DecisionImpossible(_("Dites ce qui ne va pas\u00a0: le fournisseur le lit."))
    claim = Replacement.objects.create(
        device=row, piece=piece, why=why.strip()[:300], asked_by=user
    )
    record_action(user, "ask_replacement", row, site=row.site, why=claim.why)
    return claim


def piece_of(device: Device) -> ShippedPiece | None:
    """As which the device arrived; a replacement stands for the piece that it replaces."""
    if (piece := ShippedPiece.objects.filter(device=device).first()) is not None:
        return piece
    former = Replacement.objects.filter(new_device=device).select_related("piece").first()
    return former.piece if former else None


@transaction.atomic
def answer_claim(user: User, pk: int, *, grant: bool, answer: str = "") -> Replacement:
    """The supplier's yes or no; the same answer again changes nothing.

    Raises Replacement.DoesNotExist, DecisionRefused, DecisionImpossible.
    """
    claim = _locked(user, pk)
    require(can_speak_for(user, claim.piece.line.shipment.supplier))
    state = ReplacementState.GRANTED if grant else ReplacementState.REFUSED
    if claim.state == state:
        return claim
    if claim.state != ReplacementState.ASKED:
        raise DecisionImpossible(_("Cette demande a déjà sa réponse."))
    if not grant and not answer.strip():
        raise DecisionImpossible(_("Dites pourquoi\u00a0: l’école le lit."))
    claim.state, claim.answer = state, answer.strip()[:300]
    claim.answered_at = timezone.now()
    claim.save(update_fields=["state", "answer", "answered_at"])
    verb = "grant_replacement" if grant else "refuse_replacement"
    record_action(user, verb, claim.device, site=claim.device.site, why=claim.answer)
    return claim


@transaction.atomic
def replace_device(user: User, pk: int, serial: str) -> Replacement:
    """The new one is here: the old one leaves, the new one takes its place, room and warranty.

    Nothing is consumed. Raises Replacement.DoesNotExist, DecisionRefused, FactsRefused,
    DecisionImpossible.
    """
    claim = _locked(user, pk)
    old = claim.device
    require(can_claim(user, old))
    if claim.state == ReplacementState.DONE:
        return claim
    if claim.state != ReplacementState.GRANTED:
        raise DecisionImpossible(_("Le fournisseur n’a pas encore accepté ce remplacement."))
    number = clean_serial(serial)
    if not 1 <= len(number) <= 60:
        raise DecisionImpossible(_("Scannez le numéro de série du nouvel appareil."))
    new = _successor(claim, number)
    told = _("remplacé sous garantie par %(serial)s") % {"serial": number}
    if old.state not in (DeviceState.RETIRED, DeviceState.LOST):
        move_device(user, old.pk, Asked(DeviceState.RETIRED, why=told))
    note_moves([new.pk], user, _("remplace %(name)s sous garantie") % {"name": old.name})
    claim.state, claim.new_device, claim.done_at = ReplacementState.DONE, new, timezone.now()
    try:
        with transaction.atomic():
            claim.save(update_fields=["state", "new_device", "done_at"])
    except IntegrityError:
        raise DecisionImpossible(_("Cet appareil remplace déjà un autre.")) from None
    order = claim.piece.line.shipment.order
    tell(order, EventKind.REPLACED, user, f"{old.name} → {number}")
    after = {"serial": number, "replaces": old.name, "warranty": str(new.warranty_until)}
    record_action(user, "replace_device", new, site=new.site, after=after)
    return claim


def _successor(claim: Replacement, serial: str) -> Device:
    """The new device where the old one stood, under what is left of its warranty."""
    old = claim.device
    site = Site.objects.select_for_update().get(pk=old.site_id)
    word = str(old.product.get_category_display())
    base = word[:1].upper() + word[1:]
    stands = old.state == DeviceState.INSTALLED
    new = Device(
        site=site,
        product=old.product,
        name=f"{base} {next_number(site, base)}",
        serial=serial,
        state=DeviceState.INSTALLED if stands else DeviceState.IN_STOCK,
        room=old.room if stands else None,
        installed_on=timezone.localdate() if stands else None,
        owner=old.owner,
        origin=old.origin,
        warranty_until=old.warranty_until,
    )
    save_or_tell(new)
    add_template_ports([new])
    return new


def _locked(user: User, pk: int) -> Replacement:
    key = Replacement.objects.visible_to(user).values_list("pk", flat=True).get(pk=pk)
    rows = Replacement.objects.select_for_update(of=("self",)).select_related(
        "device__site__school",
        "device__product",
        "device__room",
        "piece__line__shipment__supplier",
        "piece__line__shipment__order__site",
    )
    return rows.get(pk=key)
