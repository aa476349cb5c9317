"""Make, open and revoke the personal links of pupils and guardians; begin and end sessions.

Tokens are random, shown once and stored as digests. A link may be opened several times until it
ends: a family reads its message on two telephones.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from byod.access.people.members import can_run
from byod.models.people.links import LinkPurpose, MemberSession, PersonalLink
from byod.models.people.members import Member
from byod.rules.people.codes import ALPHABET, LENGTH
from inventory.access import require
from schools.actions.audit import record_action
from schools.models import User


@dataclass(frozen=True, slots=True)
class Made:
    """A link that was just made: its address and, on a sheet, its code. Shown once."""

    member: Member
    path: str
    code: str = ""
    link: int = 0
    """Key of the stored row."""

    @property
    def address(self) -> str:
        """With the host, for a message or a QR."""
        return f"{settings.PREAU_URL}{self.path}"


def digest_of(token: str) -> str:
    """What is stored of a token of a link or a session (they have 192 bits: a bare hash)."""
    return hashlib.sha256(token.encode()).hexdigest()


def code_digest_of(code: str) -> str:
    """What is stored of a typed code: under SECRET_KEY, as 40 bits could be tried out."""
    return salted_hmac("byod.personal_link", code, algorithm="sha256").hexdigest()


def make_link(member: Member, *, as_guardian: bool, by: User | None) -> str:
    """The path of a new personal link, valid for BYOD_LINK_DAYS. ``by`` None: the platform.

    Raises DecisionRefused. Older links stay good until they end or are revoked.
    """
    return make_links([member], as_guardian=as_guardian, by=by)[0].path


@transaction.atomic
def make_links(
    members: Iterable[Member],
    *,
    as_guardian: bool,
    by: User | None,
    with_codes: bool = False,
    purpose: str = LinkPurpose.ALL,
) -> list[Made]:
    """New links for several people of one site, in their order. Raises DecisionRefused.

    ``purpose``: what they open, everything of the person or a guardian's agreement alone.
    ``with_codes``: for a printed sheet; the last sheet counts, so codes of earlier ones end.
    """
    rows = list(members)
    if not rows:
        return []
    site = rows[0].site
    if by is not None:
        require(can_run(by, site))
    now = timezone.now()
    if with_codes:
        sheets = PersonalLink.objects.live(now).filter(code_digest__isnull=False)
        sheets.filter(member__in=rows, as_guardian=as_guardian).update(revoked_at=now)
    made = [_new(member, with_codes) for member in rows]
    links = PersonalLink.objects.bulk_create(
        PersonalLink(
            member=member,
            as_guardian=as_guardian,
            purpose=purpose,
            digest=digest_of(token),
            code_digest=code_digest_of(code) if code else None,
            made_at=now,
            made_by=by,
            expires_at=now + dt.timedelta(days=settings.BYOD_LINK_DAYS),
        )
        for member, token, code in made
    )
    whom = {"links": len(rows), "as_guardian": as_guardian, "codes": with_codes}
    about = rows[0] if len(rows) == 1 else site
    record_action(by, "make_personal_links", about, site=site, after=whom)
    return [
        Made(member, reverse("byod:mine_enter", args=[token]), code, link.pk)
        for (member, token, code), link in zip(made, links, strict=True)
    ]


def _new(member: Member, with_code: bool) -> tuple[Member, str, str]:
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) if with_code else ""
    return member, secrets.token_urlsafe(24), code


def link_of(token: str, now: dt.datetime) -> PersonalLink | None:
    """The live link of a token."""
    return PersonalLink.objects.live(now).filter(digest=digest_of(token)).first()


def link_of_code(code: str, now: dt.datetime) -> PersonalLink | None:
    """The live link of a code as :func:`typed_code` gives it."""
    return PersonalLink.objects.live(now).filter(code_digest=code_digest_of(code)).first()


def begin_session(link: PersonalLink, now: dt.datetime) -> str:
    """A session for BYOD_SESSION_MINUTES, no longer than its link; its secret, for the cookie."""
    secret = secrets.token_urlsafe(24)
    end = min(now + dt.timedelta(minutes=settings.BYOD_SESSION_MINUTES), link.expires_at)
    MemberSession.objects.create(link=link, digest=digest_of(secret), begun_at=now, expires_at=end)
    PersonalLink.objects.filter(pk=link.pk).update(used_at=now)
    return secret


def session_of(secret: str, now: dt.datetime) -> MemberSession | None:
    """The session of a cookie, with its member and school; None once it or its link ended."""
    rows = MemberSession.objects.select_related("link__member__site__school")
    rows = rows.filter(expires_at__gt=now, link__revoked_at=None, link__expires_at__gt=now)
    return rows.filter(digest=digest_of(secret)).first()


def end_session(secret: str) -> None:
    """Leave: the cookie opens nothing any more."""
    MemberSession.objects.filter(digest=digest_of(secret)).delete()


@transaction.atomic
def revoke_links(user: User, members: Iterable[Member]) -> int:
    """End all links and sessions of these people of one site. Raises DecisionRefused."""
    rows = list(members)
    if not rows:
        return 0
    require(can_run(user, rows[0].site))
    live = PersonalLink.objects.filter(member__in=rows, revoked_at=None)
    ended = live.update(revoked_at=timezone.now())
    about = rows[0] if len(rows) == 1 else rows[0].site
    record_action(user, "revoke_personal_links", about, site=rows[0].site, after={"links": ended})
    return ended
