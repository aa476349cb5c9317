"""Send letters to families: taken up one address at a time, written down before they leave.

Any number of workers share them. Whoever dies while sending leaves a letter that is shown as
uncertain: the school decides whether to write again, the platform never writes twice.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation

from byod.actions.people.letter_words import letter_words
from byod.actions.people.letters import address_for, address_key, wanting
from byod.actions.people.links import make_links
from byod.actions.people.read_names import names_for_letters
from byod.models.people.identities import Named
from byod.models.people.letters import UNSURE_AFTER, FamilyLetter, LetterKind, LetterState
from byod.models.people.links import LinkPurpose, PersonalLink
from byod.rules.people.letters import LATER, Answer, answer_of

log = logging.getLogger(__name__)
LETTERS = 500
"""Of one call; the next one takes the rest."""


def mail_letters(limit: int = LETTERS) -> int:
    """How many messages left."""
    note_unsure(timezone.now())
    if not FamilyLetter.objects.unsent(timezone.now()).exists():
        return 0
    server, sent = get_connection(), 0
    try:
        server.open()
        for _n in range(limit):
            letters = _claim(timezone.now())
            if not letters:
                break
            sent += _mail(server, letters)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("the mail server takes no letters (%s)", type(error).__name__)
    finally:
        server.close()
    return sent


def note_unsure(now: dt.datetime) -> int:
    """Letters whose worker died: nobody knows whether they left."""
    rows = FamilyLetter.objects.filter(state=LetterState.WAITING, claimed_at__lt=now - UNSURE_AFTER)
    return rows.update(state=LetterState.UNSURE)


@transaction.atomic
def _claim(now: dt.datetime) -> list[FamilyLetter]:
    """The oldest letter, and those about brothers and sisters to the same guardian."""
    free = FamilyLetter.objects.unsent(now).select_for_update(of=("self",), skip_locked=True)
    rows = free.select_related("round", "member__site__school", "member__school_class")
    first = rows.order_by("pk").first()
    if first is None:
        return []
    found = [first]
    if first.kind == LetterKind.AGREE:
        same = rows.filter(kind=first.kind, address_key=first.address_key)
        found += same.filter(member__site=first.member.site_id).exclude(pk=first.pk).order_by("pk")
    keys = [row.pk for row in found]
    FamilyLetter.objects.filter(pk__in=keys).update(claimed_at=now, tries=F("tries") + 1)
    return found


def _mail(server: BaseEmailBackend, letters: Sequence[FamilyLetter]) -> int:
    """1 if a message left. Raises OSError, SMTPException where the server takes nothing more."""
    names = names_for_letters([row.member for row in letters], "family_letter")
    ready = _still_wanted(_at_one_address(letters, names))
    if not ready:
        return 0
    member = ready[0].member
    named = names[member.pk]
    with translation.override(member.language):
        path = _links(ready)
        told = letter_words(ready, names, f"{settings.PREAU_URL}{path}")
    message = EmailMessage(
        told.subject,
        told.text,
        to=[address_for(ready[0].kind, named)],
        connection=server,
        headers={
            "Message-ID": f"<lettre.{ready[0].message}@{urlsplit(settings.PREAU_URL).hostname}>",
            "Content-Language": member.language,
            "Auto-Submitted": "auto-generated",
        },
    )
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as refused:
        code = next((code for code, _text in refused.recipients.values()), 550)
        _not_taken(ready, code)
        return 0
    except smtplib.SMTPResponseException as refused:
        _not_taken(ready, refused.smtp_code)
        raise
    _settle(ready, LetterState.SENT, sent_at=timezone.now())
    return 1


def _at_one_address(letters: Sequence[FamilyLetter], names: dict[int, Named]) -> list[FamilyLetter]:
    """Those whose address is still the first one's; the others wait for their own turn."""
    school, kept = letters[0].member.site.school_id, ""
    same: list[FamilyLetter] = []
    moved: list[FamilyLetter] = []
    for row in letters:
        address = address_for(row.kind, names.get(row.member_id, Named()))
        if not address:
            _settle([row], LetterState.NO_ADDRESS)
            continue
        key = address_key(school, address)
        kept = kept or key
        if row.address_key != key:
            row.address_key = key
            row.save(update_fields=["address_key"])
        (same if key == kept else moved).append(row)
    FamilyLetter.objects.filter(pk__in=[row.pk for row in moved]).update(
        claimed_at=None, tries=F("tries") - 1
    )
    return same


def _still_wanted(letters: Sequence[FamilyLetter]) -> list[FamilyLetter]:
    """Without those that have nothing to say any more: answered meanwhile, or gone."""
    if not letters:
        return []
    kind = letters[0].kind
    wanted = {row.pk for row in wanting([one.member for one in letters], kind, timezone.now())}
    _settle([one for one in letters if one.member_id not in wanted], LetterState.NEEDLESS)
    return [one for one in letters if one.member_id in wanted]


def _links(letters: Sequence[FamilyLetter]) -> str:
    """A link about each; the message carries the first, which leads to all of them."""
    guardian = letters[0].kind == LetterKind.AGREE
    purpose = LinkPurpose.AGREE if guardian else LinkPurpose.ALL
    made = make_links(
        [row.member for row in letters], as_guardian=guardian, by=None, purpose=purpose
    )
    for row, one in zip(letters, made, strict=True):
        row.link_id = one.link
        row.save(update_fields=["link"])
    return made[0].path


def _not_taken(letters: Sequence[FamilyLetter], code: int) -> None:
    tries = letters[0].tries + 1  # the claim counted this one in the database
    links = [row.link_id for row in letters if row.link_id]
    PersonalLink.objects.filter(pk__in=links).update(revoked_at=timezone.now())
    if answer_of(code, tries) == Answer.LATER:
        keys = [row.pk for row in letters]
        FamilyLetter.objects.filter(pk__in=keys).update(
            claimed_at=None, not_before=timezone.now() + LATER * tries, fault=str(code)
        )
        return
    _settle(letters, LetterState.FAILED, fault=str(code))


def _settle(letters: Sequence[FamilyLetter], state: str, **more: object) -> None:
    """What became of letters that we took up."""
    told = {"state": state, "fault": ""} | more
    FamilyLetter.objects.filter(pk__in=[row.pk for row in letters]).update(**told)
