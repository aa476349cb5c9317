"""The admin sets up; what it changes stands in the journal, what happened cannot be changed."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from inventory.models import Port
from schools.models import AuditEntry, Consent, Role, Room, Site, User
from tests.cast import PASSWORD, make_town

READ_ONLY = {"AuditEntry", "Check", "Incident", "TargetEvent", "Trap", "Ticket", "PollRun"}


@pytest.fixture
def boss(db) -> User:
    return User.objects.create_superuser("boss@example.org", PASSWORD, full_name="Boss Exemple")


@pytest.fixture
def at_desk(boss) -> Client:
    client = Client()
    client.force_login(boss)
    return client


def post(client: Client, obj, **fields):
    """Send the change form of ``obj`` with ``fields`` instead of what it shows."""
    meta = obj._meta
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[obj.pk])
    context = client.get(url).context
    sent = {}
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for name in form.fields:
            bound = form[name]
            value = bound.value()
            sent[bound.html_name] = "" if value is None or value is False else value
    return client.post(url, {**sent, **fields})


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=str), ids=str)
def test_every_list_and_form_opens_for_a_superuser(model, at_desk, ours):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert at_desk.get(reverse(f"{name}_changelist")).status_code == 200
    assert at_desk.get(reverse(f"{name}_changelist"), {"q": "x"}).status_code == 200
    row = model._default_manager.first()
    if row is not None:
        assert at_desk.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200


@pytest.mark.parametrize("name", sorted(READ_ONLY))
def test_what_happened_can_only_be_read(name, at_desk, ours):
    model = next(m for m in apps.get_models() if m.__name__ == name)
    url = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert at_desk.get(reverse(f"{url}_add")).status_code == 403
    row = model._default_manager.first()
    if row is not None:
        assert at_desk.post(reverse(f"{url}_change", args=[row.pk]), {}).status_code == 403
        assert at_desk.post(reverse(f"{url}_delete", args=[row.pk]), {}).status_code == 403


@pytest.mark.parametrize("who", ["claire", "sofia", "odile", "thomas", "veronique", "bernard"])
def test_people_without_staff_rights_stay_outside(who, cast, client):
    client.force_login(getattr(cast, who))
    assert client.get(reverse("admin:index")).status_code == 302


def test_a_change_tells_who_what_before_and_after(at_desk, boss, cast):
    before, after = cast.tilleuls.municipality_id, make_town("namur", "Marvelle-sur-Eau").pk
    answer = post(at_desk, cast.tilleuls, municipality=after)
    assert answer.status_code == 302
    entry = AuditEntry.objects.get(action="change_site")
    assert entry.actor == boss
    assert entry.site == cast.tilleuls
    assert entry.before == {"municipality": before}
    assert entry.after == {"municipality": after}


def test_rows_inside_a_form_are_told_too(at_desk, cast):
    room = Room.objects.create(site=cast.tilleuls, name="A.01")
    Room.objects.create(site=cast.tilleuls, name="A.02")
    post(at_desk, cast.tilleuls, **{"rooms-0-name": "A.99", "rooms-1-DELETE": "on"})
    changed = AuditEntry.objects.get(action="change_room")
    assert (changed.before, changed.after) == ({"name": "A.01"}, {"name": "A.99"})
    assert AuditEntry.objects.get(action="delete_room").object_text == "A.02"
    room.refresh_from_db()
    assert room.name == "A.99"


def test_deleting_is_told(at_desk, ours):
    url = reverse("admin:inventory_port_delete", args=[ours.port.pk])
    at_desk.post(url, {"post": "yes"})
    assert not Port.objects.filter(pk=ours.port.pk).exists()
    entry = AuditEntry.objects.get(action="delete_port")
    assert entry.object_id == str(ours.port.pk)


def test_a_password_is_changed_but_never_told(at_desk, cast):
    url = reverse("admin:auth_user_password_change", args=[cast.claire.pk])
    secret = "une-phrase-toute-neuve-7"
    at_desk.post(url, {"usable_password": "true", "password1": secret, "password2": secret})
    cast.claire.refresh_from_db()
    assert cast.claire.check_password(secret)
    entry = AuditEntry.objects.get(action="change_password")
    assert secret not in f"{entry.before}{entry.after}{entry.why}"


def test_a_new_person_is_told_without_the_password(at_desk):
    secret = "une-phrase-toute-neuve-7"
    at_desk.post(
        reverse("admin:schools_user_add"),
        {
            "email": "Nouvelle@Example.org",
            "full_name": "Nouvelle Exemple",
            "language": "fr",
            "usable_password": "true",
            "password1": secret,
            "password2": secret,
            "roles-TOTAL_FORMS": "0",
            "roles-INITIAL_FORMS": "0",
        },
    )
    made = User.objects.get(full_name="Nouvelle Exemple")
    assert made.email == "nouvelle@example.org"
    entry = AuditEntry.objects.get(action="add_user")
    assert secret not in str(entry.after)


def test_staff_cannot_raise_themselves(cast, client):
    staff = User.objects.create_user("staff@example.org", PASSWORD, is_staff=True)
    staff.user_permissions.set(_permissions("change_user", "view_user", "view_role"))
    client.force_login(staff)
    post(client, staff, is_superuser="on", full_name="Autre")
    staff.refresh_from_db()
    assert not staff.is_superuser
    assert staff.full_name == "Autre"


def test_staff_cannot_take_a_superuser_s_account(boss, cast, client):
    staff = User.objects.create_user("staff@example.org", PASSWORD, is_staff=True)
    staff.user_permissions.set(_permissions("change_user", "view_user"))
    client.force_login(staff)
    url = reverse("admin:auth_user_password_change", args=[boss.pk])
    assert client.get(url).status_code == 403


def test_a_consent_is_never_deleted(at_desk, cast):
    url = reverse("admin:schools_consent_delete", args=[Consent.objects.first().pk])
    assert at_desk.post(url, {"post": "yes"}).status_code == 403


def test_a_role_that_the_database_would_refuse_is_explained(at_desk, cast):
    answer = post(at_desk, cast.claire, **{"roles-0-region": "on"})
    assert answer.status_code == 200
    assert Role.objects.get(user=cast.claire).region is False


def test_lists_cost_the_same_whatever_their_length(at_desk, cast, django_assert_max_num_queries):
    for number in range(30):
        Site.objects.create(
            school=cast.tilleuls.school, name=f"S{number}", municipality=make_town("namur")
        )
    with django_assert_max_num_queries(12):
        at_desk.get(reverse("admin:schools_site_changelist"))


def _permissions(*names: str):
    return Permission.objects.filter(codename__in=names)
