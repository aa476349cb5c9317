"""What a letter to a family says: short sentences, one thing to do, nothing secret in the subject.

Call within ``translation.override`` of the family's language.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from byod.models.people.agreements import CharterAgreement
from byod.models.people.identities import Named
from byod.models.people.letters import FamilyLetter, LetterKind
from inventory.actions.mail_notices import Letter


def letter_words(letters: Sequence[FamilyLetter], names: dict[int, Named], link: str) -> Letter:
    """Of letters to one address: one person, or the children of one guardian."""
    first = letters[0]
    told = {
        "school": first.member.site.school.name,
        "children": joined([names[row.member_id].given_name for row in letters]),
        "name": names[first.member_id].given_name,
        "link": link,
        "day": _day(timezone.localdate() + dt.timedelta(days=settings.BYOD_LINK_DAYS)),
    }
    subject, text = _invite(first) if first.kind == LetterKind.INVITE else _agree(letters)
    if first.reminder:
        subject = _("Rappel\u00a0: %(subject)s") % {"subject": subject}
    return Letter(subject % told, f"{text % told}\n\n{_closing() % told}")


def joined(words: Sequence[str]) -> str:
    """« Léa », « Léa et Tom », « Léa, Tom et Noé »; in German « und »."""
    said = [word for word in dict.fromkeys(words) if word]
    if len(said) < 2:
        return "".join(said)
    last = _("%(first)s et %(last)s")
    return last % {"first": ", ".join(said[:-1]), "last": said[-1]}


def _day(day: dt.date) -> str:
    return f"{day:%d.%m.%Y}" if get_language() == "de" else f"{day:%d/%m/%Y}"


def _invite(letter: FamilyLetter) -> tuple[str, str]:
    if letter.member.kind == "teacher":
        return _("Votre appareil sur le réseau de l’école"), _(
            "Bonjour %(name)s,\n\n"
            "Vous pouvez utiliser votre propre appareil sur le réseau de %(school)s.\n\n"
            "1. Ouvrez votre page\u00a0:\n%(link)s\n\n"
            "2. Lisez la charte et acceptez-la.\n"
            "3. Ajoutez votre appareil."
        )
    return _("Ton appareil sur le réseau de l’école"), _(
        "Bonjour %(name)s,\n\n"
        "Tu peux utiliser ton propre appareil sur le réseau de %(school)s.\n\n"
        "1. Ouvre ta page\u00a0:\n%(link)s\n\n"
        "2. Lis la charte et accepte-la.\n"
        "3. Ajoute ton appareil.\n\n"
        "Ne donne ce lien à personne\u00a0: c’est ta page."
    )


def _agree(letters: Sequence[FamilyLetter]) -> tuple[str, str]:
    members = [row.member for row in letters]
    agreed = CharterAgreement.objects.standing().filter(member__in=members, as_guardian=True)
    if agreed.exists():
        return _("La charte de l’école a changé\u00a0: votre accord"), _(
            "Bonjour,\n\n"
            "La charte des appareils personnels a changé à %(school)s. "
            "Il faut de nouveau votre accord.\n\n"
            "Enfant\u00a0: %(children)s\n\n"
            "Lisez et répondez ici, en deux minutes\u00a0:\n%(link)s\n\n"
            "Vous pouvez dire oui ou non, et changer d’avis plus tard."
        )
    return _("L’école vous demande votre accord"), _(
        "Bonjour,\n\n"
        "À %(school)s, les élèves peuvent utiliser leur propre appareil sur le réseau de l’école. "
        "Il faut votre accord.\n\n"
        "Enfant\u00a0: %(children)s\n\n"
        "Lisez et répondez ici, en deux minutes\u00a0:\n%(link)s\n\n"
        "Vous pouvez dire oui ou non, et changer d’avis plus tard. "
        "C’est gratuit, et rien n’est obligatoire."
    )


def _closing() -> str:
    return _(
        "Ce lien marche jusqu’au %(day)s. Après, ou si ce message n’est pas pour vous, "
        "dites-le à l’école.\n\n"
        "%(school)s, avec Préau"
    )
