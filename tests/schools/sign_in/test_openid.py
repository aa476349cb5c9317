"""Signing in through an OpenID Connect provider: a real one, over HTTP, on loopback."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core.cache import cache
from django.db import connection
from django.test import Client

from schools.models import AuditEntry, Session, User
from tests.schools.sign_in.openid_provider import Provider, app_of, running, secret_key
from tests.schools.sign_in.people import SECRET, code_of, give_application, is_in, sign_in

BEGIN = "/entrer/fournisseur/oidc/"
NATIONAL = "85073003328"
"""A valid number: 850730033 mod 97 = 69, 97 − 69 = 28."""


@pytest.fixture
def provider(db):
    with running() as started:
        yield started


@pytest.fixture
def setup(provider: Provider, settings):
    """Set the site up for the provider: ``setup(trust_mail=True)``."""

    def write(**more: Any) -> None:
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {
                "provider_class": "schools.sign_in.oidc.Provider",
                "APPS": [app_of(provider, **more)],
            }
        }

    write()
    return write


def through(client: Client, url: str = BEGIN) -> Any:
    """Follow the browser: to the provider, and back with what it says."""
    away = client.get(url)
    assert away.status_code == 302, away.status_code
    home = requests.get(away["Location"], allow_redirects=False, timeout=5).headers["Location"]
    return client.get(_path(home))


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def link(person: User, provider: Provider, subject: str = "a1b2c3") -> SocialAccount:
    host = provider.url.removeprefix("http://")
    return SocialAccount.objects.create(user=person, provider="oidc", uid=f"{host}#{subject}")


def test_a_known_subject_signs_in_with_pkce_state_and_nonce(client, cast, provider, setup):
    link(cast.claire, provider)
    answer = through(client)
    assert answer.status_code == 302
    assert is_in(client)
    asked = provider.asked[0]
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["nonce"]) >= 20
    assert asked["state"]
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}
    assert AuditEntry.objects.get(action="sign_in").after == {"by": ["socialaccount"]}
    assert Session.sessions.of(cast.claire).get().address == "127.0.0.1"


def test_fedid_may_be_the_subject(client, cast, provider, setup):
    setup(subject_claim="fedid")
    provider.claims = {"sub": "changes", "fedid": "F-77"}
    link(cast.claire, provider, "F-77")
    through(client)
    assert is_in(client)


def test_a_stranger_is_told_whom_to_ask_and_nothing_is_kept(client, cast, provider, setup):
    provider.claims |= {"mail": cast.claire.email}  # known, but the provider is not trusted
    people = User.objects.count()
    answer = through(client)
    assert answer.status_code == 403
    assert "direction de votre école" in answer.content.decode()
    assert not is_in(client)
    assert (User.objects.count(), SocialAccount.objects.count()) == (people, 0)


def test_a_trusted_address_opens_the_account_that_has_it_and_links_it(
    client, cast, provider, setup, mailoutbox
):
    setup(trust_mail=True)
    provider.claims |= {"mail": cast.karl.email.upper(), "prefLanguage": "de"}
    through(client)
    assert is_in(client)
    account = SocialAccount.objects.get()
    assert account.user == cast.karl
    assert account.extra_data == {"mail": cast.karl.email, "language": "de"}
    cast.karl.refresh_from_db()
    assert cast.karl.language == "de"
    assert AuditEntry.objects.filter(action="link_provider", actor=cast.karl).exists()
    assert [m.to for m in mailoutbox] == [[cast.karl.email]]


def test_the_language_of_the_provider_counts_at_the_first_sign_in_alone(
    client, cast, provider, setup
):
    setup(trust_mail=True)
    sign_in(Client(), cast.karl)  # chose French by then
    provider.claims |= {"mail": cast.karl.email, "prefLanguage": "de"}
    answer = through(client)
    cast.karl.refresh_from_db()
    assert cast.karl.language == "fr"
    assert answer.cookies["django_language"].value == "fr"


def test_a_second_subject_cannot_take_an_address_over(client, cast, provider, setup):
    setup(trust_mail=True)
    link(cast.karl, provider, "another")
    provider.claims |= {"mail": cast.karl.email}
    assert through(client).status_code == 403
    assert SocialAccount.objects.count() == 1


def test_a_closed_account_stays_closed(client, cast, provider, setup):
    link(cast.claire, provider)
    User.objects.filter(pk=cast.claire.pk).update(is_active=False)
    assert through(client)["Location"] == "/entrer/ferme/"
    assert not is_in(client)


@pytest.mark.parametrize(
    "claims",
    [
        {"egovNRN": NATIONAL},
        {"rrn": NATIONAL},
        {"nationalNumber": NATIONAL},
        {"custom": {"deep": [NATIONAL]}},
    ],
)
def test_a_national_number_leaves_no_trace(claims, client, cast, provider, setup, caplog):
    setup(trust_mail=True)
    caplog.set_level(logging.DEBUG)
    provider.claims |= {"mail": cast.claire.email, "given_name": "Claire", **claims}
    through(client)
    assert is_in(client)
    sign_in(Client(), "x@example.org")  # fills the shared counts too
    assert NATIONAL not in caplog.text
    assert NATIONAL not in everything_stored()
    sessions = [Session.get_session_store_class()(row.pk).load() for row in Session.sessions.all()]
    assert sessions
    assert NATIONAL not in repr(sessions)
    assert "eyJ" not in repr(sessions)  # no token either, in which it would stand encoded
    assert not SocialToken.objects.exists()


def everything_stored() -> str:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        assert "schools_session" in names
        rows = []
        for table in names:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [row[0] for row in cursor.fetchall()]
    return "\n".join(rows)


def test_a_national_number_as_subject_is_refused(client, cast, provider, setup, caplog):
    provider.claims = {"sub": NATIONAL}
    assert through(client).status_code == 401
    assert "is a national number" in caplog.text
    assert NATIONAL not in caplog.text
    assert NATIONAL not in everything_stored()


# --- what must not open -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("why", "token_claims"),
    [
        ("nonce", {"nonce": "of-another-request"}),
        ("nonce", {"nonce": None}),
        ("id_token", {"iss": "https://evil.example.org"}),
        ("id_token", {"aud": "somebody-else"}),
        ("id_token", {"exp": 1}),
        ("somebody else", {"sub": "not-of-the-userinfo"}),
    ],
)
def test_a_token_that_is_not_for_us_is_refused(
    why, token_claims, client, cast, provider, setup, caplog
):
    link(cast.claire, provider)
    provider.token_claims = token_claims
    answer = through(client)
    assert answer.status_code == 401
    assert "La connexion n’a pas abouti" in answer.content.decode()
    assert why in caplog.text
    assert not is_in(client)


def test_a_token_signed_by_another_key_is_refused(client, cast, provider, setup):
    link(cast.claire, provider)
    provider.sign_with = type(provider.key).generate_key(2048, {"kid": "1"})
    assert through(client).status_code == 401
    assert not is_in(client)


def test_a_token_signed_with_our_secret_is_refused(client, cast, provider, setup):
    link(cast.claire, provider)
    provider.sign_with, provider.algorithm = secret_key(), "HS256"
    assert through(client).status_code == 401
    assert not is_in(client)


def test_a_provider_that_calls_itself_otherwise_is_refused(client, cast, provider, setup):
    provider.issuer = "https://evil.example.org"
    assert client.get(BEGIN).status_code == 401


def test_a_replayed_answer_opens_nothing(client, cast, provider, setup):
    link(cast.claire, provider)
    away = client.get(BEGIN)
    home = requests.get(away["Location"], allow_redirects=False, timeout=5).headers["Location"]
    client.get(_path(home))
    assert is_in(client)
    client.post("/sortir/")
    assert client.get(_path(home)).status_code == 401  # the state is used up
    assert not is_in(client)


def test_a_stolen_code_opens_nothing_in_another_browser(client, cast, provider, setup):
    """With the thief's own state the code meets another verifier: PKCE refuses it."""
    link(cast.claire, provider)
    away = client.get(BEGIN)
    home = requests.get(away["Location"], allow_redirects=False, timeout=5).headers["Location"]
    code = parse_qs(urlsplit(home).query)["code"][0]
    thief = Client()
    own = parse_qs(urlsplit(thief.get(BEGIN)["Location"]).query)["state"][0]
    answer = thief.get(f"{BEGIN}retour/?code={code}&state={own}")
    assert answer.status_code == 401
    assert not is_in(thief)


def test_a_state_that_we_never_gave_is_refused(client, provider, setup):
    assert client.get(f"{BEGIN}retour/?code=x&state=y").status_code == 401


@pytest.mark.parametrize("broken", ["/openid-configuration", "/token", "/jwks", "/userinfo"])
def test_a_provider_that_is_down_gives_a_page_and_the_password_still_works(
    broken, client, cast, provider, setup
):
    link(cast.claire, provider)
    provider.broken = broken
    first = client.get(BEGIN)
    answer = first if first.status_code != 302 else through(client)
    assert answer.status_code == 401
    assert "Réessayez dans quelques minutes" in answer.content.decode()
    sign_in(client, cast.claire)
    assert is_in(client)


def test_a_provider_that_does_not_answer_at_all_gives_the_same_page(client, cast, settings):
    gone = Provider(url="http://127.0.0.1:9")  # the discard port: nobody listens
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "provider_class": "schools.sign_in.oidc.Provider",
            "APPS": [app_of(gone)],
        }
    }
    assert client.get("/entrer/").status_code == 200  # the door asks the provider nothing
    assert client.get(BEGIN).status_code == 401


def test_giving_up_there_leads_back_to_the_door(client, provider, setup):
    provider.refuse = "access_denied"
    assert through(client)["Location"] == "/entrer/fournisseur/annule/"


def test_a_stranger_s_address_cannot_ask_for_more_claims(client, provider, setup):
    asked = parse_qs(
        urlsplit(client.get(f"{BEGIN}?scope=rrn&auth_params=acr%3D1")["Location"]).query
    )
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}
    assert "acr" not in asked


# --- second factors -----------------------------------------------------------------------------


def test_the_second_factor_is_asked_after_the_provider_too(client, cast, provider, setup):
    link(cast.sofia, provider)
    give_application(cast.sofia)
    assert through(client)["Location"] == "/entrer/code/"
    assert not is_in(client)
    client.post("/entrer/code/", {"code": code_of(SECRET)})
    assert is_in(client)


@pytest.mark.parametrize("said", [{"acr": "urn:level:500"}, {"amr": ["pwd", "urn:level:500"]}])
def test_a_level_of_the_settings_counts_as_second_factor(
    said, client, cast, provider, setup, settings
):
    setup(second_factor=["urn:level:500"])
    settings.SECOND_FACTOR_ROLES = ["central_technician"]
    link(cast.sofia, provider)
    provider.token_claims = said
    through(client)
    assert is_in(client)


def test_the_level_of_another_identity_opens_no_account(client, cast, provider, setup):
    """A stolen password, and one's own good identity in the same browser."""
    setup(second_factor=["urn:level:500"])
    give_application(cast.sofia)
    provider.claims = {"sub": "of-the-thief"}
    provider.token_claims = {"acr": "urn:level:500"}
    assert through(client).status_code == 403
    assert sign_in(client, cast.sofia)["Location"] == "/entrer/code/"
    assert not is_in(client)


def test_another_level_does_not(client, cast, provider, setup, settings):
    setup(second_factor=["urn:level:500"])
    settings.SECOND_FACTOR_ROLES = ["central_technician"]
    link(cast.sofia, provider)
    provider.token_claims = {"acr": "urn:level:100"}
    provider.userinfo = {"acr": "urn:level:500"}  # unsigned: it proves nothing
    through(client)
    assert client.get("/mon-compte/")["Location"].startswith("/entrer/second-facteur/")


# --- linking ------------------------------------------------------------------------------------


def test_one_links_and_unlinks_on_the_account_page(client, cast, provider, setup):
    sign_in(client, cast.claire)
    url = client.get("/mon-compte/").context["security"].link_url
    assert through(client, url)["Location"] == "/mon-compte/"
    assert SocialAccount.objects.get().user == cast.claire
    account = SocialAccount.objects.get()
    client.post("/mon-compte/identite/", {"account": account.pk})
    assert not SocialAccount.objects.exists()
    verbs = AuditEntry.objects.filter(actor=cast.claire).values_list("action", flat=True)
    assert {"link_provider", "unlink_provider"} <= set(verbs)


def test_nobody_else_s_page_can_link_an_identity_to_my_account(client, cast, provider, setup):
    sign_in(client, cast.claire)
    assert client.get(f"{BEGIN}?process=connect").status_code == 403
    other = Client()
    sign_in(other, cast.karl)
    stolen = other.get("/mon-compte/").context["security"].link_url
    assert client.get(stolen).status_code == 403
    assert not SocialAccount.objects.exists()


def test_an_identity_of_somebody_else_is_not_linked_twice(client, cast, provider, setup):
    link(cast.karl, provider)
    sign_in(client, cast.claire)
    through(client, client.get("/mon-compte/").context["security"].link_url)
    assert SocialAccount.objects.get().user == cast.karl


def test_the_last_way_in_cannot_be_unlinked(client, cast, provider, setup):
    account = link(cast.claire, provider)
    cast.claire.set_unusable_password()
    cast.claire.save()
    through(client)
    answer = client.post("/mon-compte/identite/", {"account": account.pk})
    assert "Choisissez d’abord un mot de passe" in answer.content.decode()
    assert SocialAccount.objects.exists()


@pytest.fixture(autouse=True)
def _no_counts_from_elsewhere(db):
    cache.clear()
