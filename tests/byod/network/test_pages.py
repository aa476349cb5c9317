"""Pages of the network: the policy in words, « essayer », sessions without a name, clients."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from byod.models.network.nas import Nas
from byod.models.network.policies import NetworkPolicy
from byod.models.network.rules import PolicyRule
from byod.models.network.segments import SiteSegment
from byod.models.network.servers import RadiusServer
from byod.models.network.sessions import NetworkSession
from byod.models.network.upstream import UpstreamRealm
from byod.models.people.identities import Identity, Named
from tests.byod.network import made
from tests.byod.network.world import note_event

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")


SEGMENTS = {"pupil": "pupils", "teacher": "staff", "visitor": "visitors", "guest": "guests"}


def rule(who: str, **values) -> dict[str, object]:
    usual = {
        "segment": SEGMENTS[who],
        "days": [0, 1, 2, 3, 4], "opens": "07:30", "closes": "17:30", "bandwidth": "lesson",
    }  # fmt: skip
    return {f"{who}-{name}": value for name, value in (usual | values).items()}


def whole(**values) -> dict[str, object]:
    told: dict[str, object] = {
        "device_limit": 3, "charter_required": "on", "visitors": "on",
        "unauthorised": "quarantine", "outside_hours": "quarantine",
    }  # fmt: skip
    for who in ("pupil", "teacher", "visitor", "guest"):
        told |= rule(who)
    return told | values


def test_a_head_writes_a_policy_and_puts_it_in_force(client, cast):
    school = cast.tilleuls.school
    client.force_login(cast.bernard)
    client.post(reverse("byod:policy_start", args=[school.pk]))
    client.post(reverse("byod:policy_start", args=[school.pk]))
    draft = NetworkPolicy.objects.get()
    address = reverse("byod:policy_draft", args=[draft.pk])
    low = text(client.post(address, whole(vigueur="1", device_limit=1)))
    assert "La Région demande au moins 2 appareils par personne." in low
    short = whole(vigueur="1") | {"pupil-opens": "08:00", "pupil-closes": "12:00"}
    assert "au moins 6 heures d’accès par jour" in text(client.post(address, short))
    wrong = text(client.post(address, whole() | {"pupil-closes": "06:00"}))
    assert "La fin vient après le début." in wrong
    assert NetworkPolicy.objects.get().state == "draft"
    assert client.post(address, whole(vigueur="1")).status_code == 302
    page = text(client.get(reverse("byod:policy", args=[school.pk])))
    assert "du lundi au vendredi, de 07:30 à 17:30" in page
    assert "20 Mbit/s, 5 en envoi" in page
    client.post(reverse("byod:policy_start", args=[school.pk]))
    second = NetworkPolicy.objects.get(state="draft")
    assert second.rules.count() == 4
    client.post(reverse("byod:policy_draft", args=[second.pk]), whole(vigueur="1"))
    assert list(NetworkPolicy.objects.order_by("number").values_list("state", flat=True)) == [
        "retired", "live",
    ]  # fmt: skip


def test_what_is_in_force_never_changes(cast):
    policy = made.make_policy(cast.tilleuls)
    with pytest.raises(IntegrityError), transaction.atomic():
        NetworkPolicy.objects.filter(pk=policy.pk).update(visitors=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyRule.objects.filter(policy=policy).update(bandwidth="free")
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyRule.objects.filter(policy=policy, who="guest").delete()


def test_others_read_it_and_may_not_write(client, cast):
    made.make_policy(cast.tilleuls)
    client.force_login(cast.claire)
    page = text(client.get(reverse("byod:policy", args=[cast.tilleuls.school_id])))
    assert "La direction de l’école ou son pouvoir organisateur" in page
    refused = client.post(reverse("byod:policy_start", args=[cast.tilleuls.school_id]))
    assert refused.status_code == 403
    hidden = client.get(reverse("byod:policy", args=[cast.peupliers.school_id]))
    assert hidden.status_code == 404


def test_essayer_tells_where_a_pupil_arrives(client, cast):
    made.make_network(cast.tilleuls)
    made.make_policy(
        cast.tilleuls,
        pupil={"days": [0, 1, 2, 3, 4], "opens": dt.time(7, 30), "closes": dt.time(17, 30)},
    )
    client.force_login(cast.bernard)
    monday = {"qui": "pupil", "ou": cast.tilleuls.pk, "jour": "2026-11-30", "heure": "08:25"}
    address = reverse("byod:policy", args=[cast.tilleuls.school_id])
    assert "Élèves, VLAN 120." in text(client.get(address, monday))
    evening = text(client.get(address, monday | {"heure": "17:30"}))
    assert "Quarantaine, VLAN 199. En dehors des heures de la politique." in evening
    without = text(client.get(address, monday | {"sans": "on"}))
    assert "Inscrit, mais pas autorisé." in without
    assert "Enseignants, VLAN 110." in text(client.get(address, monday | {"qui": "teacher"}))


def session_of(cast) -> NetworkSession:
    nas = made.make_nas(cast.tilleuls)
    pupil = made.make_member(cast.tilleuls)
    identity = Identity(member=pupil)
    identity.store(Named("Zoé", "Secrète"))
    identity.save()
    credential = made.make_credential(pupil, "d7k2@tilleuls.preau.example")
    return NetworkSession.objects.create(
        nas=nas, site=cast.tilleuls, credential=credential, who="pupil", segment="pupils",
        vid=120, acct_id="S1", mac="02:00:00:00:3f:a2", access_point="AP-1",
    )  # fmt: skip


def test_sessions_are_told_without_a_name_and_counted_for_others(client, cast):
    row = session_of(cast)
    address = reverse("byod:site_sessions", args=[cast.tilleuls.pk])
    pseudonym = row.credential.device.member.pseudonym
    client.force_login(cast.thomas)
    technician = text(client.get(address))
    assert "AP-1" in technician
    assert "d7k2" in technician
    assert pseudonym not in technician
    assert "Secrète" not in technician
    client.force_login(cast.bernard)
    assert pseudonym in text(client.get(address))
    client.force_login(cast.claire)
    contact = text(client.get(address))
    assert "moins de 5" in contact
    assert "AP-1" not in contact
    attempts = client.get(reverse("byod:site_attempts", args=[cast.tilleuls.pk]))
    assert attempts.status_code == 403
    export = client.get(reverse("byod:sessions_export", args=[cast.tilleuls.pk]))
    assert export.status_code == 403


def test_a_technician_asks_for_a_disconnection_once(client, cast):
    row = session_of(cast)
    client.force_login(cast.sofia)
    for _click in range(2):
        client.post(reverse("byod:session_end", args=[row.pk]))
    order = row.disconnects.get()
    assert (order.why, order.state) == ("by_hand", "waiting")
    page = text(client.get(reverse("byod:site_sessions", args=[cast.tilleuls.pk])))
    assert "déconnexion demandée" in page
    client.force_login(cast.karl)
    assert client.post(reverse("byod:session_end", args=[row.pk])).status_code == 404


def test_why_was_this_device_refused(client, cast):
    nas = made.make_nas(cast.tilleuls)
    note_event(cast.tilleuls, nas, reason="wrong_secret", mac_end="3f:a2", cached=True)
    note_event(cast.tilleuls, nas, reason="unknown", mac_end="11:22")
    client.force_login(cast.thomas)
    address = reverse("byod:site_attempts", args=[cast.tilleuls.pk])
    found = text(client.get(address, {"q": "3f:a2"}))
    assert "Mot de passe de l’appareil refusé." in found
    assert "Supprimez le réseau WiFi de l’appareil et réinstallez le profil." in found
    assert "Le profil vient d’un autre réseau" not in found
    banner = text(client.get(reverse("byod:site_sessions", args=[cast.tilleuls.pk])))
    assert "Préau n’a pas répondu au serveur RADIUS." in banner


def test_a_client_is_written_and_its_secret_never_shown(client, cast):
    client.force_login(cast.thomas)
    add = reverse("byod:client_add", args=[cast.tilleuls.pk])
    values = {"name": "AP-1", "address": "10.4.0.9", "coa_port": 3799, "secret": "testing123"}
    assert "16 caractères au moins" in text(client.post(add, values))
    client.post(add, values | {"secret": "un-vrai-secret-de-borne"})
    row = Nas.objects.get()
    page = text(client.get(reverse("byod:radius_nas", args=[row.pk])))
    assert "un-vrai-secret" not in page
    change = reverse("byod:radius_nas", args=[row.pk])
    client.post(change, values | {"secret": "", "name": "AP-2"})
    row.refresh_from_db()
    assert (row.name, row.secret) == ("AP-2", "un-vrai-secret-de-borne")
    again = text(client.post(add, values | {"secret": "un-vrai-secret-de-borne"}))
    assert "Un autre client a cette adresse" in again
    client.post(reverse("byod:client_retire", args=[row.pk]))
    row.refresh_from_db()
    assert row.retired_at is not None
    client.force_login(cast.claire)
    assert client.get(add).status_code == 403


def test_segments_are_vlans_of_the_site(client, cast):
    made.make_network(cast.tilleuls, {"pupils": 20})
    made.make_network(cast.peupliers, {"pupils": 30})
    ours, theirs = (
        SiteSegment.objects.get(site=site).vlan_id for site in (cast.tilleuls, cast.peupliers)
    )
    client.force_login(cast.thomas)
    address = reverse("byod:site_segments", args=[cast.tilleuls.pk])
    twice = text(client.post(address, {"pupils": ours, "staff": ours}))
    assert "Ce VLAN sert déjà à un autre segment." in twice
    client.post(address, {"pupils": theirs})
    client.post(address, {"staff": ours})
    assert SiteSegment.objects.get(site=cast.tilleuls).segment == "staff"
    SiteSegment.objects.create(site=cast.tilleuls, segment="guests", vlan_id=theirs)
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.check_constraints()
    SiteSegment.objects.filter(segment="guests").delete()


def test_the_radius_door_is_closed_to_strangers(client, cast, settings):
    made.make_nas(cast.tilleuls)
    door = reverse("byod:radius_authorize")
    asked = {"stage": "inner", "user": "a@b.example", "from": "127.0.0.1"}
    assert client.post(door, asked).status_code == 200
    assert client.post(door, asked, headers={"X-Forwarded-For": "10.0.0.1"}).status_code == 403
    settings.RADIUS_TOKEN = "un-jeton"
    assert client.post(door, asked).status_code == 403
    told = client.post(door, asked, headers={"Authorization": "Bearer un-jeton"})
    assert told.json()["control:Auth-Type"]["value"] == ["Reject"]
    bearer = {"Authorization": "Bearer un-jeton"}
    assert client.post(door, asked | {"from": "10.9.9.9"}, headers=bearer).status_code == 404
    assert client.post(door, asked, REMOTE_ADDR="10.0.0.1", headers=bearer).status_code == 403


def test_three_queries_at_most(client, cast, django_assert_max_num_queries):
    made.make_network(cast.tilleuls)
    made.make_nas(cast.tilleuls)
    made.make_policy(cast.tilleuls)
    pupil = made.make_member(cast.tilleuls)
    credential = made.make_credential(pupil, "e1@tilleuls.preau.example")
    asked = {"stage": "inner", "user": credential.username, "from": "127.0.0.1"}
    with django_assert_max_num_queries(3):
        answer = client.post(reverse("byod:radius_authorize"), asked).json()
    assert answer["reply:Tunnel-Private-Group-Id"]["value"] == ["120"]
    told = {"answer": "accept", "verdict": answer["control:Tmp-String-4"]["value"][0],
            "from": "127.0.0.1"}  # fmt: skip
    with django_assert_max_num_queries(1):
        client.post(reverse("byod:radius_post_auth"), told)
    credential.device.refresh_from_db()
    assert timezone.now() - credential.device.seen_at < dt.timedelta(minutes=1)


def test_a_central_technician_names_a_partner_and_others_do_not(client, cast):
    values = {"name": "eduroam", "realms": "*", "address": "192.0.2.1", "port": 1812,
              "enabled": "on", "secret": "un-vrai-secret-partenaire"}  # fmt: skip
    add = reverse("byod:partner_add")
    client.force_login(cast.sofia)
    for wrong, told in (
        ({"secret": "court"}, "16 caractères au moins"),
        ({"secret": ""}, "Un nouveau partenaire a besoin d’un secret."),
        ({"realms": "ecole.preau.example"}, "est l’un des nôtres"),
        ({"realms": "uliege"}, "n’est pas un domaine"),
        ({"name": "Université de"}, "Un mot"),
    ):
        assert told in text(client.post(add, values | wrong))
    assert not UpstreamRealm.objects.exists()
    client.post(add, values)
    row = UpstreamRealm.objects.get()
    assert row.secret == "un-vrai-secret-partenaire"
    again = text(client.post(add, values | {"name": "govroam", "address": "192.0.2.2"}))
    assert "Un autre partenaire répond déjà de *" in again
    change = reverse("byod:partner", args=[row.pk])
    assert "un-vrai-secret" not in text(client.get(change))
    client.post(change, values | {"secret": "", "enabled": ""})
    row.refresh_from_db()
    assert (row.enabled, row.secret) == (False, "un-vrai-secret-partenaire")
    RadiusServer.objects.create(host="radius-1", checked_at=timezone.now(), fault="ligne 26")
    servers = reverse("byod:radius_servers")
    assert "radius-1 a refusé ses nouveaux fichiers" in text(client.get(servers))
    for person, page, change_it in ((cast.odile, 200, 403), (cast.thomas, 403, 404)):
        client.force_login(person)
        assert client.get(servers).status_code == page
        assert client.get(add).status_code == 403
        assert client.get(change).status_code == change_it
