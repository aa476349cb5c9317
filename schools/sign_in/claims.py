"""What we keep of what an OpenID provider says: three claims, checked. Pure values."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

LANGUAGES = ("fr", "de", "en")


class ClaimRefused(ValueError):
    """The provider's answer cannot be used; the text says why, for the operator."""


@dataclass(frozen=True, slots=True)
class Claims:
    """The whole of what is kept. ``language`` is empty where ours do not include it."""

    subject: str
    mail: str = ""
    language: str = ""
    second_factor: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """What the provider calls its claims, and which of its levels count as a second factor."""

    subject: str = "sub"
    mail: str = "mail"
    language: str = "prefLanguage"
    second_factor: Collection[str] = ()


def read_claims(id_token: Mapping[str, Any], userinfo: Mapping[str, Any], names: Names) -> Claims:
    """Pick the claims. The signed token wins over the userinfo.

    Raises ClaimRefused where the two speak of different people (OpenID Connect Core, 5.3.2), the
    subject is missing, or is a national number.
    """
    if userinfo and userinfo.get("sub") != id_token.get("sub"):
        raise ClaimRefused("the userinfo is about somebody else than the ID token")
    said = {**userinfo, **id_token}
    subject = said.get(names.subject)
    if not isinstance(subject, str) or not subject:
        raise ClaimRefused(f"the claim {names.subject} is missing")
    if looks_national(subject):
        raise ClaimRefused(
            f"the claim {names.subject} is a national number: set OIDC_SUBJECT_CLAIM to another"
        )
    mail = said.get(names.mail) or said.get("email") or ""
    language = str(said.get(names.language) or said.get("locale") or "")[:2].lower()
    return Claims(
        subject=subject,
        mail=mail.lower() if isinstance(mail, str) else "",
        language=language if language in LANGUAGES else "",
        second_factor=_proves(id_token, names.second_factor),
    )


def looks_national(text: str) -> bool:
    """A Belgian national register number: eleven digits, the last two 97 minus the rest mod 97.

    Born from 2000 on, a 2 stands before the first nine (Royal Decree of 3 April 1984, art. 3).
    """
    digits = re.sub(r"[ .\-]", "", text)
    if not re.fullmatch(r"\d{11}", digits):
        return False
    body, check = digits[:9], int(digits[9:])
    return check in {97 - int(body) % 97, 97 - int("2" + body) % 97}


def _proves(id_token: Mapping[str, Any], wanted: Collection[str]) -> bool:
    """Whether ``acr`` or one of ``amr``, both signed, is a level that counts."""
    amr = id_token.get("amr")
    said = {str(id_token.get("acr", ""))} | {str(a) for a in (amr if isinstance(amr, list) else [])}
    return bool(said & set(wanted))
