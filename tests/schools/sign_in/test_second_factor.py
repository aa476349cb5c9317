"""Second factors: who must have one, what opens before, how they come and go."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.test import Client

from schools.actions.make_token import make_token
from schools.models import AuditEntry, Role, RoleKind, Session, User
from tests.cast import PASSWORD, Cast
from tests.schools.sign_in.people import SECRET, code_of, give_application, is_in, sign_in

STAFF = ["central_technician", "local_technician", "officer", "staff"]
CHOOSE = "/entrer/second-facteur/"


@pytest.fixture(autouse=True)
def _as_in_production(db, settings):
    cache.clear()
    settings.SECOND_FACTOR_ROLES = STAFF


def signed_in(person: User) -> Client:
    client = Client()
    sign_in(client, person)
    return client


def enrol(client: Client) -> str:
    """Go through the page of the application; return the secret."""
    page = client.get("/mon-compte/facteurs/application/").content.decode()
    secret = re.search(r'class="secret-x"[^>]*>([A-Z2-7]+)<', page)[1]
    answer = client.post("/mon-compte/facteurs/application/", {"code": code_of(secret)})
    assert answer.status_code == 302, answer.content.decode()
    return secret


# --- who must -----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["sofia", "thomas", "odile"])
def test_staff_are_led_to_a_second_factor_before_anything_opens(who, cast: Cast):
    client = signed_in(getattr(cast, who))
    for url in (
        "/",
        "/implantations/",
        "/file/",
        "/mon-compte/",
        "/admin/",
        "/mon-compte/adresse/",
    ):
        assert client.get(url)["Location"].startswith(CHOOSE), url
    assert client.post("/mon-compte/", {"language": "de"})["Location"] == CHOOSE
    assert client.get(CHOOSE).status_code == 200


def test_a_superuser_without_a_role_too(cast: Cast):
    boss = User.objects.create_superuser("boss@example.org", PASSWORD, full_name="Boss")
    assert signed_in(boss).get("/admin/")["Location"].startswith(CHOOSE)


@pytest.mark.parametrize("who", ["claire", "bernard", "veronique"])
def test_school_people_may_do_without(who, cast: Cast):
    assert is_in(signed_in(getattr(cast, who)))


def test_the_api_by_session_is_refused_as_a_problem(cast: Cast):
    answer = signed_in(cast.sofia).get("/api/v1/sites/")
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"
    assert "second facteur" in answer.json()["detail"]


def test_a_token_is_another_matter(cast: Cast):
    _key, token = make_token(cast.sofia, "clé de sofia")
    answer = Client().get("/api/v1/sites/", headers={"Authorization": f"Token {token}"})
    assert answer.status_code == 200


def test_htmx_is_led_there_whole(cast: Cast):
    answer = signed_in(cast.sofia).get("/file/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, CHOOSE)


def test_the_way_out_stays_open(cast: Cast):
    client = signed_in(cast.sofia)
    assert client.post("/sortir/")["Location"] == "/entrer/"
    assert client.post("/langue/", {"language": "de"}).status_code == 302


def test_a_role_that_comes_during_a_session_counts_at_once(cast: Cast):
    client = signed_in(cast.claire)
    assert is_in(client)
    Role.objects.create(user=cast.claire, kind=RoleKind.LOCAL_TECHNICIAN, province="namur")
    assert client.get("/mon-compte/")["Location"].startswith(CHOOSE)


def test_off_nobody_is_asked(cast: Cast, settings):
    settings.SECOND_FACTOR_ROLES = []
    assert is_in(signed_in(cast.sofia))


# --- the application ----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)  # the journal and the mail follow the commit
def test_enrolling_shows_recovery_codes_once_and_goes_on(cast: Cast, mailoutbox):
    client = signed_in(cast.sofia)
    client.get("/implantations/")
    client.get(f"{CHOOSE}?next=/implantations/")
    secret = enrol(client)
    page = client.get("/mon-compte/facteurs/codes/")
    codes = re.findall(r"<code>(\d{8})</code>", page.content.decode())
    assert len(set(codes)) == 10
    assert all(code in page.content.decode().split("data:text/plain")[1] for code in codes)
    assert 'href="/implantations/"' in page.content.decode()
    assert codes[0] not in client.get("/mon-compte/facteurs/codes/").content.decode()
    assert client.get("/implantations/").status_code == 200
    assert AuditEntry.objects.filter(action="add_totp", actor=cast.sofia).count() == 1
    assert "application de codes" in mailoutbox[0].body
    assert secret not in str(list(Authenticator.objects.values()))  # sealed


def test_the_drawing_is_svg_and_the_secret_text(cast: Cast):
    page = signed_in(cast.sofia).get("/mon-compte/facteurs/application/").content.decode()
    assert 'src="data:image/svg+xml;base64,' in page


def test_a_wrong_code_enrols_nothing(cast: Cast):
    client = signed_in(cast.sofia)
    client.get("/mon-compte/facteurs/application/")
    answer = client.post("/mon-compte/facteurs/application/", {"code": "000000"})
    assert "n’est pas le bon" in answer.content.decode()
    assert not Authenticator.objects.exists()


def test_the_password_alone_then_opens_nothing(cast: Cast):
    give_application(cast.sofia)
    client = Client()
    assert sign_in(client, cast.sofia)["Location"] == "/entrer/code/"
    assert not is_in(client)
    assert client.post("/entrer/code/", {"code": code_of(SECRET)})["Location"] == "/"
    assert is_in(client)
    assert AuditEntry.objects.get(action="sign_in").after == {"by": ["password", "mfa"]}


def test_a_code_opens_once_however_it_is_written(cast: Cast):
    give_application(cast.sofia)
    code = code_of(SECRET, 1)  # half a minute ahead: it stays valid during the whole test
    first, second = Client(), Client()
    sign_in(first, cast.sofia)
    sign_in(second, cast.sofia)
    first.post("/entrer/code/", {"code": code})
    assert is_in(first)
    cache.delete_many(
        [f"allauth.mfa.totp.used?user={cast.sofia.pk}&code={code}"]  # as after its 30 s
    )
    for written in (code, f"{code[:3]} {code[3:]}", f"{code[:3]}-{code[3:]}"):
        second.post("/entrer/code/", {"code": written})
        assert not is_in(second)


def test_a_recovery_code_opens_once_and_leaves_nine(cast: Cast, mailoutbox):
    give_application(cast.sofia)
    code = RecoveryCodes.activate(cast.sofia).generate_codes()[3]
    client = signed_in(cast.sofia)
    client.post("/entrer/code/", {"code": code})
    assert is_in(client)
    assert client.get("/mon-compte/").context["security"].codes_left == 9
    assert "codes de secours a servi" in mailoutbox[0].body
    assert AuditEntry.objects.filter(action="use_recovery_code").count() == 1
    again = signed_in(cast.sofia)
    again.post("/entrer/code/", {"code": code})
    assert not is_in(again)


@pytest.mark.django_db(transaction=True)
def test_new_codes_replace_the_old_ones(cast: Cast, mailoutbox):
    give_application(cast.claire)
    old = RecoveryCodes.activate(cast.claire).generate_codes()[0]
    client = signed_in(cast.claire)
    client.post("/entrer/code/", {"code": code_of(SECRET)})
    client.post("/mon-compte/facteurs/codes/remplacer/")
    assert "remplacés" in mailoutbox[-1].body
    assert AuditEntry.objects.filter(action="renew_recovery_codes").exists()
    again = signed_in(cast.claire)
    again.post("/entrer/code/", {"code": old})
    assert not is_in(again)


# --- taking them away ---------------------------------------------------------------------------


def let_time_pass(client: Client) -> None:
    """As if the person had signed in ten minutes ago."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 600
    session.save()


def test_removing_asks_who_one_is(cast: Cast):
    give_application(cast.claire)
    client = signed_in(cast.claire)
    client.post("/entrer/code/", {"code": code_of(SECRET)})
    let_time_pass(client)
    answer = client.post("/mon-compte/facteurs/application/retirer/")
    assert answer["Location"].startswith("/mon-compte/confirmer/")
    assert Authenticator.objects.exists()
    wrong = client.post(answer["Location"], {"password": "pas-le-bon"})
    assert "pas votre mot de passe" in wrong.content.decode()
    client.post(answer["Location"], {"password": PASSWORD})  # goes on where one was
    assert not Authenticator.objects.exists()
    assert AuditEntry.objects.filter(action="remove_totp", actor=cast.claire).exists()


@pytest.mark.parametrize(
    "url",
    ["/mon-compte/facteurs/application/", "/mon-compte/facteurs/cles/ajouter/"],
)
def test_adding_asks_too(url, cast: Cast):
    client = signed_in(cast.claire)
    assert client.get(url).status_code == 200  # has just signed in
    let_time_pass(client)
    assert client.get(url)["Location"].startswith("/mon-compte/confirmer/")


def administrator() -> Client:
    boss = User.objects.create_superuser("boss@example.org", PASSWORD, full_name="Boss")
    give_application(boss)
    client = signed_in(boss)
    client.post("/entrer/code/", {"code": code_of(SECRET)})
    return client


def take_factors(client: Client, person: User):
    told = {"action": "take_factors", "_selected_action": [person.pk]}
    return client.post("/admin/schools/user/", told)


def test_an_administrator_takes_lost_factors_and_the_person_is_told(cast: Cast, mailoutbox):
    give_application(cast.sofia)
    RecoveryCodes.activate(cast.sofia)
    client = signed_in(cast.sofia)
    client.post("/entrer/code/", {"code": code_of(SECRET)})
    take_factors(administrator(), cast.sofia)
    assert not Authenticator.objects.filter(user=cast.sofia).exists()
    assert not Session.sessions.of(cast.sofia).exists()
    entry = AuditEntry.objects.get(action="reset_factors")
    assert (entry.actor_text, entry.before) == ("Boss", {"factors": ["recovery_codes", "totp"]})
    assert mailoutbox[-1].to == [cast.sofia.email]
    assert "seconds facteurs" in mailoutbox[-1].body
    assert signed_in(cast.sofia).get("/")["Location"].startswith(CHOOSE)


def test_it_asks_the_administrator_who_they_are(cast: Cast):
    give_application(cast.sofia)
    client = administrator()
    let_time_pass(client)
    assert take_factors(client, cast.sofia)["Location"].startswith("/mon-compte/confirmer/")
    assert Authenticator.objects.filter(user=cast.sofia).exists()


def test_nobody_resets_their_own_or_a_superuser_s(cast: Cast):
    client = administrator()
    boss = User.objects.get(email="boss@example.org")
    assert take_factors(client, boss).status_code == 403
    assert Authenticator.objects.filter(user=boss).exists()
