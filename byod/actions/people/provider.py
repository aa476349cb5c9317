"""Let a pupil or a teacher in by their school's own identity provider (OpenID Connect Core 1.0).

Code flow with PKCE (RFC 7636), state and nonce. Nobody becomes a user of the platform by it: they
become a member of that school, found again by the number that its class lists tell.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import jwt
import requests
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from byod.access.people.members import can_write_charter
from byod.actions.people.authorise import settle
from byod.actions.people.import_class_list import school_key
from byod.actions.people.links import begin_session, digest_of
from byod.actions.people.register import keep_identity
from byod.models.people.identities import Identity, Named
from byod.models.people.links import PersonalLink
from byod.models.people.members import Member, MemberKind, RegisteredBy
from byod.models.people.providers import SchoolProvider
from inventory.access import require
from schools.actions.audit import record_action
from schools.models import School, Site, User
from schools.webhooks.addresses import AddressRefused, find_place

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signatures of a public key; none, and none with our own secret."""
TIMEOUT_S = 8
LEEWAY_S = 60
BIGGEST = 256 * 1024
TEACHERS = {"teacher", "staff", "faculty", "employee", "enseignant", "professeur"}


class ProviderFailed(Exception):
    """The provider did not do its part; the text is for the log, the person reads a page."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and what must come back with it."""

    address: str
    kept: dict[str, str]
    """``state``, ``nonce``, ``verifier``: signed into a cookie of ten minutes."""


def begin(provider: SchoolProvider, back: str) -> Begun:
    """Raises ProviderFailed when the provider's own description cannot be read."""
    config = _config(provider)
    kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    digest = hashlib.sha256(kept["verifier"].encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "scope": "openid profile email",
        "state": kept["state"],
        "nonce": kept["nonce"],
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    return Begun(f"{config['authorization_endpoint']}?{urlencode(asked)}", kept)


def claims_of(
    provider: SchoolProvider, code: str, kept: dict[str, str], back: str
) -> dict[str, Any]:
    """Who it is, by a token whose signature, issuer, audience and nonce are ours to check.

    Raises ProviderFailed.
    """
    config = _config(provider)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": kept["verifier"],
        "client_id": provider.client_id,
    }
    auth = (provider.client_id, provider.secret) if provider.secret else None
    answer = _ask("POST", config["token_endpoint"], data=form, auth=auth)
    try:
        token = str(answer["id_token"])
        head = jwt.get_unverified_header(token)
        keys = jwt.PyJWKSet.from_dict(_ask("GET", config["jwks_uri"]))
        key = next(one for one in keys.keys if not head.get("kid") or one.key_id == head["kid"])
        claims: dict[str, Any] = jwt.decode(
            token,
            key.key,
            algorithms=ALGORITHMS,
            audience=provider.client_id,
            issuer=config["issuer"],
            leeway=LEEWAY_S,
            options={"require": ["exp", "iat", "sub"]},
        )
    except (jwt.PyJWTError, KeyError, StopIteration, ValueError) as error:
        raise ProviderFailed(f"the ID token is not good: {type(error).__name__}") from error
    if not secrets.compare_digest(str(claims.get("nonce", "")), kept["nonce"]):
        raise ProviderFailed("the ID token answers another request (nonce)")
    return claims


def _config(provider: SchoolProvider) -> dict[str, Any]:
    """Its description of itself (OpenID Connect Discovery 1.0), of nobody else."""
    issuer = provider.issuer.rstrip("/")
    config = _ask("GET", f"{issuer}/.well-known/openid-configuration")
    if str(config.get("issuer", "")).rstrip("/") != issuer:
        raise ProviderFailed("the provider calls itself otherwise")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not str(config.get(name, "")).startswith(("https://", "http://127.0.0.1")):
            raise ProviderFailed(f"no {name}")
    return config


def _ask(method: str, url: str, **more: Any) -> dict[str, Any]:
    """One request to an address that may be reached from here; never a redirection."""
    try:
        find_place(url)
        answer = requests.request(
            method, url, timeout=TIMEOUT_S, allow_redirects=False, stream=True, **more
        )
        body = answer.raw.read(BIGGEST, decode_content=True)
        answer.raw.close()
        if answer.status_code != 200:
            raise ProviderFailed(f"{url} answers {answer.status_code}")
        found = json.loads(body)
    except AddressRefused as error:
        raise ProviderFailed(str(error)) from error
    except (requests.RequestException, ValueError) as error:
        raise ProviderFailed(f"{url}: {type(error).__name__}") from error
    if not isinstance(found, dict):
        raise ProviderFailed(f"{url} answers no object")
    return found


@transaction.atomic
def enter_by_provider(provider: SchoolProvider, claims: dict[str, Any], now: dt.datetime) -> str:
    """The member whom these claims name, registered if new; the secret of a session of theirs.

    Raises ProviderFailed without the school's number.
    """
    number = str(claims.get(provider.number_claim) or "").strip()
    if not number:
        raise ProviderFailed(f"no claim {provider.number_claim}")
    school = School.objects.select_for_update().get(pk=provider.school_id)
    sites = list(Site.objects.open().filter(school=school).order_by("pk"))
    if not sites:
        raise ProviderFailed("the school has no open site")
    keys = school_key(sites[0], number)
    member = (
        Member.objects.present()
        .filter(site__school=school, school_key=keys)
        .exclude(kind=MemberKind.GUEST)
        .select_related("site__school")
        .first()
    )
    if member is None:
        member = _register(provider, sites[0], keys, claims)
    settle([member], now)
    link = PersonalLink.objects.create(
        member=member,
        digest=digest_of(secrets.token_urlsafe(24)),
        made_at=now,
        expires_at=now + dt.timedelta(minutes=settings.BYOD_SESSION_MINUTES),
    )
    return begin_session(link, now)


def _register(provider: SchoolProvider, site: Site, key: str, claims: dict[str, Any]) -> Member:
    """Somebody new, or back: names as the provider tells them, in the sealed table alone."""
    teacher = _is_teacher(provider, claims)
    member, _made = Member.objects.update_or_create(
        site=site,
        school_key=key,
        defaults={"left_on": None},
        create_defaults={
            "kind": MemberKind.TEACHER if teacher else MemberKind.PUPIL,
            "adult": teacher,
            "language": "de" if str(claims.get("locale", "")).startswith("de") else "fr",
            "registered_by": RegisteredBy.PROVIDER,
        },
    )
    known = Identity.objects.filter(member=member).first()
    if known is None:
        told = Named(
            given_name=str(claims.get("given_name", ""))[:80],
            family_name=str(claims.get("family_name") or claims.get("name") or "")[:80],
            email=str(claims.get("email", ""))[:200],
        )
        keep_identity(member, told)
    record_action(None, "register_member", member, site=site)
    return member


def _is_teacher(provider: SchoolProvider, claims: dict[str, Any]) -> bool:
    said = claims.get(provider.teacher_claim) if provider.teacher_claim else None
    words = said if isinstance(said, list) else [said]
    return any(str(word).partition("@")[0].casefold() in TEACHERS for word in words if word)


@transaction.atomic
def set_provider(user: User, school: School, told: dict[str, Any]) -> SchoolProvider:
    """Settle how a school's people prove who they are. An empty secret keeps the former one.

    Raises DecisionRefused.
    """
    require(can_write_charter(user, school))
    row = SchoolProvider.objects.select_for_update().filter(school=school).first()
    row = row or SchoolProvider(school=school)
    for name in ("name", "issuer", "client_id", "number_claim", "teacher_claim", "active"):
        setattr(row, name, told[name])
    if told.get("secret"):
        row.store_secret(told["secret"])
    row.save()
    record_action(user, "set_school_provider", row, after={"issuer": row.issuer})
    return row


def failed_words() -> str:
    """What a person reads when their provider failed."""
    return _(
        "Le service de votre école ne répond pas comme prévu. Utilisez votre code, ou réessayez."
    )
