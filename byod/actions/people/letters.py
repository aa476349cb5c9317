"""Ask for letters to families, stop them, ask again. They leave by ``mail_letters``."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import uuid
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.people.members import can_run
from byod.actions.people.authorise import judge
from byod.actions.people.read_names import names_for_letters, names_of
from byod.models.people.identities import Named
from byod.models.people.letters import FamilyLetter, LetterKind, LetterRound, LetterState
from byod.models.people.links import PersonalLink
from byod.models.people.members import Member
from byod.models.people.refusals import GuardianRefusal
from byod.rules.people.letters import AGAIN
from inventory.access import DecisionImpossible, require
from schools.actions.audit import record_action
from schools.models import Site, User

UNHAPPY = (LetterState.FAILED, LetterState.NO_ADDRESS, LetterState.STOPPED, LetterState.UNSURE)
"""States after which a letter may be asked for again."""


def address_key(school: int, address: str) -> str:
    """HMAC-SHA-256 under FIELD_KEY: the same family of one school, and nobody reads it back."""
    text = f"{school}:{address.strip().casefold()}"
    key = str(settings.FIELD_KEY).encode()
    return hmac.new(key, b"byod family address:" + text.encode(), hashlib.sha256).hexdigest()


def address_for(kind: str, named: Named) -> str:
    """A person is written to at their own address, a guardian at theirs: never one for the other,
    as a pupil would then agree in their parent's place."""
    return named.guardian_email if kind == LetterKind.AGREE else named.email


@transaction.atomic
def write_families(
    user: User,
    members: Iterable[Member],
    kind: str,
    *,
    once: uuid.UUID | None = None,
    again: bool = False,
) -> LetterRound:
    """Ask for one letter each, to people of one site. The same form twice gives the first round.

    ``again``: also to whoever had one in the last day. Raises DecisionRefused, DecisionImpossible
    where nobody is to be written to.
    """
    rows = list(members)
    if not rows:
        raise DecisionImpossible(_("Choisissez au moins une personne."))
    site = rows[0].site
    require(can_run(user, site))
    if any(row.site_id != site.pk for row in rows):
        raise DecisionImpossible(_("Choisissez des personnes d’une seule implantation."))
    known = LetterRound.objects.filter(once=once, site=site).first() if once else None
    if known is not None:
        return known
    now = timezone.now()
    asked = wanting(rows, kind, now)
    if not asked:
        raise DecisionImpossible(_nobody(kind))
    try:
        with transaction.atomic():
            made = LetterRound.objects.create(
                site=site, kind=kind, asked_by=user, asked_at=now, once=once
            )
    except IntegrityError:  # the same form a moment ago, by another request
        return LetterRound.objects.get(once=once, site=site)
    fresh = asked if again else without_recent(asked, kind, now)
    names = names_of(user, fresh, "family_letter")
    _queue(made, fresh, names, already=len(asked) - len(fresh))
    whom = {"letters": len(fresh), "kind": kind}
    record_action(user, "write_to_families", site, site=site, after=whom)
    return made


def _nobody(kind: str) -> str:
    if kind == LetterKind.AGREE:
        return _(
            "Aucun parent à qui écrire\u00a0: tous ont répondu, ou la charte n’est pas publiée."
        )
    return _("Aucune de ces personnes n’est présente.")


def wanting(members: Sequence[Member], kind: str, now: dt.datetime) -> list[Member]:
    """Of people of one school, those to whom a letter of this kind says something.

    A guardian who agreed has nothing to do; one who refused has answered.
    """
    here = [row for row in members if row.left_on is None and row.kind != "guest"]
    if kind != LetterKind.AGREE:
        return here
    judged = judge(here, now)
    if judged.required and not judged.texts.exists:
        return []
    lacks = judged.unanswered
    refused = set(
        GuardianRefusal.objects.standing().filter(member__in=here).values_list("member", flat=True)
    )
    return [row for row in here if row.pk in lacks and row.pk not in refused]


def without_recent(members: Sequence[Member], kind: str, now: dt.datetime) -> list[Member]:
    """Without those to whom such a letter left in the last day."""
    told = FamilyLetter.objects.filter(member__in=members, kind=kind, sent_at__gt=now - AGAIN)
    recent = set(told.values_list("member", flat=True))
    return [row for row in members if row.pk not in recent]


def _queue(
    made: LetterRound,
    members: Sequence[Member],
    names: dict[int, Named],
    *,
    already: int = 0,
    reminders: dict[int, int] | None = None,
) -> int:
    """Write the rows; whoever waits for such a letter keeps that one. How many are new."""
    FamilyLetter.objects.bulk_create(
        [
            _letter(made, row, names.get(row.pk, Named()), (reminders or {}).get(row.pk, 0))
            for row in members
        ],
        batch_size=1000,
        ignore_conflicts=True,
    )
    new = FamilyLetter.objects.filter(round=made).count()
    made.already = already + len(members) - new
    made.save(update_fields=["already"])
    return new


def _letter(made: LetterRound, member: Member, named: Named, reminder: int) -> FamilyLetter:
    address = address_for(made.kind, named)
    return FamilyLetter(
        round=made,
        member=member,
        kind=made.kind,
        reminder=reminder,
        address_key=address_key(made.site.school_id, address) if address else "",
        state=LetterState.WAITING if address else LetterState.NO_ADDRESS,
    )


def queue_reminders(
    site: Site, members: Sequence[Member], kind: str, reminders: dict[int, int], now: dt.datetime
) -> int:
    """Letters of the platform itself, to people of one site. How many."""
    made = LetterRound.objects.create(site=site, kind=kind, asked_at=now)
    names = names_for_letters(members, "family_letter")
    with_address = [row for row in members if address_for(kind, names.get(row.pk, Named()))]
    new = _queue(made, with_address, names, reminders=reminders)
    if not new:
        made.delete()
    return new


@transaction.atomic
def stop_round(user: User, pk: int) -> int:
    """Whatever has not left stays; how many letters. Twice is once.

    Raises LetterRound.DoesNotExist where unseen, DecisionRefused.
    """
    row = _held(user, pk)
    rows = FamilyLetter.objects.filter(round=row, state=LetterState.WAITING, claimed_at=None)
    stopped = rows.update(state=LetterState.STOPPED)
    if stopped:
        LetterRound.objects.filter(pk=row.pk).update(stopped_at=timezone.now())
        after = {"letters": stopped}
        record_action(user, "stop_letters", row.site, site=row.site, after=after)
    return stopped


@transaction.atomic
def write_again(user: User, pk: int, once: uuid.UUID | None = None) -> LetterRound:
    """To all of a round whose letter did not arrive, at the address that is known now.

    Raises LetterRound.DoesNotExist where unseen, DecisionRefused, DecisionImpossible.
    """
    row = _held(user, pk)
    missed = FamilyLetter.objects.filter(round=row, state__in=UNHAPPY).values("member")
    people = Member.objects.present().filter(pk__in=missed).select_related("site__school")
    if not people:
        raise DecisionImpossible(_("Toutes les lettres de cet envoi sont parties."))
    return write_families(user, people, row.kind, once=once)


def _held(user: User, pk: int) -> LetterRound:
    rows = LetterRound.objects.visible_to(user).select_related("site__school")
    row = rows.select_for_update(of=("self",)).get(pk=pk)
    require(can_run(user, row.site))
    return row


def end_mailed_links(changed: Iterable[tuple[int, Named, Named]], now: dt.datetime) -> None:
    """Links that were sent to an address that is not somebody's any more open nothing.

    ``changed``: member, who they were, who they are. Inside a transaction.
    """
    rows = list(changed)
    for kind in LetterKind.values:
        keys = [pk for pk, old, new in rows if address_for(kind, old) != address_for(kind, new)]
        if keys:
            sent = PersonalLink.objects.filter(letters__member__in=keys, letters__kind=kind)
            PersonalLink.objects.filter(pk__in=sent.values("pk"), revoked_at=None).update(
                revoked_at=now
            )
