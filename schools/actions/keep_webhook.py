"""Make, change, pause, resume and remove a webhook of one's own."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from schools.actions.audit import record_action
from schools.journal import VERBS
from schools.models import AuditSeal, User, Webhook
from schools.models.tokens import AREAS
from schools.webhooks.addresses import find_place
from schools.webhooks.signing import new_secret

MOST = 20
"""Webhooks of one person."""


class WebhookRefused(ValueError):
    """A webhook that cannot be; the text says why."""


def make_webhook(
    owner: User, name: str, url: str, areas: Iterable[str], actions: Iterable[str] = ()
) -> tuple[Webhook, str]:
    """A webhook that hears what happens from now on, and its secret, which nobody sees again.

    Raises WebhookRefused, and AddressRefused for an address that nothing is sent to.
    """
    find_place(url)
    wanted, verbs = _areas(areas), _verbs(actions)
    secret, now = new_secret(), timezone.now()
    with transaction.atomic():
        User.objects.select_for_update().get(pk=owner.pk)  # two taps count once
        if Webhook.objects.filter(owner=owner).count() >= MOST:
            raise WebhookRefused(_("Vingt webhooks au plus : supprimez-en un."))
        row = Webhook(owner=owner, name=name.strip()[:60], url=url.strip(), areas=wanted)
        row.actions, row.sequence = verbs, head_of_journal()
        row.store_secret(secret, now)
        row.save()
        record_action(owner, "make_webhook", row, after=_told(row))
    return row, secret


@transaction.atomic
def change_webhook(
    owner: User, key: int, *, name: str, url: str, areas: Iterable[str], actions: Iterable[str]
) -> Webhook:
    """Change what is told and where. Raises WebhookRefused, AddressRefused, DoesNotExist."""
    row = _mine(owner, key)
    if url.strip() != row.url:
        find_place(url)
    before = _told(row)
    row.name, row.url = name.strip()[:60], url.strip()
    row.areas, row.actions = _areas(areas), _verbs(actions)
    row.save()
    record_action(owner, "change_webhook", row, before=before, after=_told(row))
    return row


@transaction.atomic
def renew_secret(owner: User, key: int) -> tuple[Webhook, str]:
    """A new secret; the former one signs beside it for a day. Returns the secret's text."""
    row, secret = _mine(owner, key), new_secret()
    row.store_secret(secret, timezone.now())
    row.save(update_fields=["sealed"])
    record_action(owner, "renew_webhook_secret", row)
    return row, secret


@transaction.atomic
def pause_webhook(owner: User, key: int) -> Webhook:
    """Tell it nothing for now; what happens meanwhile is told when it resumes."""
    row = _mine(owner, key)
    if row.paused_at is None:
        row.paused_at, row.paused_why = timezone.now(), ""
        row.save(update_fields=["paused_at", "paused_why"])
        record_action(owner, "pause_webhook", row)
    return row


@transaction.atomic
def resume_webhook(owner: User, key: int) -> Webhook:
    """Go on from where it stopped."""
    row = _mine(owner, key)
    if row.paused_at is not None:
        row.paused_at, row.paused_why, row.failing_since = None, "", None
        row.save(update_fields=["paused_at", "paused_why", "failing_since"])
        record_action(owner, "resume_webhook", row)
    return row


@transaction.atomic
def remove_webhook(owner: User, key: int) -> None:
    """Remove it with its deliveries; the journal keeps that it was there."""
    row = _mine(owner, key)
    record_action(owner, "remove_webhook", row, before=_told(row))
    row.delete()


def head_of_journal() -> int:
    """The last number of the journal's chain."""
    last = AuditSeal.objects.order_by("-sequence").values_list("sequence", flat=True).first()
    return last or 0


def _mine(owner: User, key: int) -> Webhook:
    return Webhook.objects.visible_to(owner).select_for_update().get(pk=key)


def _areas(asked: Iterable[str]) -> list[str]:
    wanted = set(asked)
    kept = [area.value for area in AREAS if area.value in wanted]
    if not kept or len(kept) != len(wanted):
        raise WebhookRefused(_("Cochez au moins un domaine : ce webhook n’apprendrait rien."))
    return kept


def _verbs(asked: Iterable[str]) -> list[str]:
    verbs = sorted({verb.strip() for verb in asked if verb.strip()})
    if unknown := [verb for verb in verbs if verb not in VERBS]:
        raise WebhookRefused(
            _("Actions inconnues : %(names)s. La liste est sous le champ.")
            % {"names": ", ".join(unknown)}
        )
    return verbs


def _told(row: Webhook) -> dict[str, object]:
    return {"name": row.name, "url": row.url, "areas": row.areas, "actions": row.actions}
