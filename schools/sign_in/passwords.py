"""A rule for passwords that Django's list of common ones, made in English, lets through."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_WORDS = """
    motdepasse monmotdepasse lemotdepasse passwort meinpasswort kennwort azerty azertyuiop qwertz
    qwertzuiop qsdfghjklm bonjour bonsoir bienvenue willkommen gutentag soleil doudou chouchou
    loulou jetaime iloveyou ichliebedich bruxelles wallonie belgique belgien namur liege
    charleroi ecole monecole schule meineschule professeur direction directrice directeur
    secretariat preau admin administrateur administration password secret printemps automne hiver
    vacances vivelesvacances schatz liebling fussball football standard anderlecht
"""
COMMONPLACES = frozenset(_WORDS.split())
"""What people here take first, without accents, figures and signs."""


class CommonplaceValidator:
    """Refuse a commonplace word dressed up with figures: ``Motdepasse1234!``, ``azerty-azerty``."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a password that is one such word, once or repeated."""
        flat = unicodedata.normalize("NFKD", password.lower())
        words = re.findall(r"[a-z]+", flat.encode("ascii", "ignore").decode())
        if "".join(words) in COMMONPLACES or (len(set(words)) == 1 and words[0] in COMMONPLACES):
            raise ValidationError(
                _("Ce mot de passe est trop courant : des chiffres après un mot n’y font rien."),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        """Advice, before one types."""
        return _("Le plus simple : quatre ou cinq mots qui ne vont pas ensemble.")
