from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from schools.actions.audit import record_action
from schools.models import ApiToken, TokenScope, User
from schools.models.tokens import AREAS, MANNERS, digest

LONGEST = dt.timedelta(days=366)
"""A key that nobody renews ends after a year."""
ALL_SCOPES = tuple(TokenScope.values)


class TokenRefused(ValueError):
    """A key that cannot be made; the text says why."""


def make_token(
    owner: User,
    name: str,
    scopes: Iterable[str] = ALL_SCOPES,
    *,
    expires_at: dt.datetime | None = None,
    by: User | None = None,
    request_key: uuid.UUID | None = None,
) -> tuple[ApiToken, str]:
    """Make a key and return it with its text, which nobody will see again.

    The same ``request_key`` twice gives the first key, and an empty text. Raises TokenRefused.
    """
    now = timezone.now()
    wanted = _checked(scopes)
    until = expires_at or now + LONGEST
    if not now < until <= now + LONGEST:
        raise TokenRefused(_("Une clé dure un an au plus."))
    text = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            token = ApiToken.objects.create(
                user=owner,
                name=name.strip()[:60] or _("Sans nom"),
                digest=digest(text),
                scopes=wanted,
                request_key=request_key,
                created_at=now,
                expires_at=until,
            )
            after = {"name": token.name, "scopes": wanted, "expires_at": until.isoformat()}
            record_action(by, "make_api_token", token, after={"user": owner.pk, **after})
    except IntegrityError:
        known = ApiToken.objects.filter(user=owner, request_key=request_key).first()
        if request_key is None or known is None:
            raise
        return known, ""  # a second tap
    return token, text


def _checked(scopes: Iterable[str]) -> list[str]:
    asked = set(scopes)
    if unknown := asked - set(ALL_SCOPES):
        names = ", ".join(sorted(unknown))
        raise TokenRefused(_("Portées inconnues : %(names)s.") % {"names": names})
    if not asked & set(MANNERS) or not asked & set(AREAS):
        raise TokenRefused(_("Choisissez au moins une manière (lire, écrire) et un domaine."))
    return [scope for scope in ALL_SCOPES if scope in asked]
