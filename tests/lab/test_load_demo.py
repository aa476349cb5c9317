"""The demo Region in the database: whole, agreeing with the plan, and loaded twice for nothing."""

from __future__ import annotations

import datetime as dt

from django.apps import apps
from django.core.management import call_command

from deploy.lab.accounts import DEMO_ACCOUNTS
from deploy.lab.region import REGION
from deploy.lab.store import FaultStore
from inventory.cabling import cables_of
from inventory.models import Device
from schools.models import Management, RoleKind, Site, User, supervised_sites
from supervision.models import AgreedTime, Target
from supervision.snmp.contract import Community, UsmUser


def counts() -> dict[str, int]:
    labels = ("schools", "inventory", "supervision", "helpdesk")
    found = (m for label in labels for m in apps.get_app_config(label).get_models())
    return {m.__name__: m._default_manager.count() for m in found}


def test_a_second_time_changes_nothing(demo):
    before = counts()
    passwords = list(User.objects.order_by("pk").values_list("password", flat=True))
    call_command("load_demo", verbosity=0)
    assert counts() == before
    assert list(User.objects.order_by("pk").values_list("password", flat=True)) == passwords


def test_every_simulated_device_is_a_target_with_its_credential(demo):
    store = FaultStore(REGION)
    assert Target.objects.count() == len(REGION.devices)
    for target in Target.objects.select_related("device", "credential_set"):
        plan = next(d for d in REGION.devices if d.address == target.address)
        assert store.devices[plan.ref] == target.device
        expected = Community if plan.security == "v2c" else UsmUser
        assert isinstance(target.credential_set.credential(), expected)


def test_links_are_the_cables_of_the_plan(demo):
    macs = dict(Device.objects.values_list("pk", "mac"))
    found = {
        frozenset((macs[end.device], end.name) for end in (cable.a, cable.b))
        for cable in cables_of(Site.objects.values_list("pk", flat=True))
    }
    planned = set()
    for plan in REGION.devices:
        if plan.uplink:
            above = REGION.site(plan.site).by_name[plan.uplink.device]
            planned.add(frozenset({(above.mac, plan.uplink.port), (plan.mac, plan.uplink.own)}))
    assert found == planned


def test_people_of_every_kind_can_sign_in(demo, client):
    kinds = {role.kind for user in User.objects.all() for role in user.roles.all()}
    assert kinds == {kind.value for kind in RoleKind}
    for account in DEMO_ACCOUNTS:
        assert client.login(username=account.email, password=account.password)
    assert User.objects.get(email="karl@preau.example").language == "de"


def test_claire_sees_moulin_and_karl_only_his_school(demo):
    def names(email: str) -> list[str]:
        user = User.objects.get(email=email)
        return [site.name for site in Site.objects.visible_to(user)]

    assert names("claire@preau.example") == ["Moulin"]
    assert names("karl@preau.example") == ["Kastanienhof"]
    assert sorted(names("bernard@preau.example")) == ["Moulin", "Remparts"]


def test_one_school_did_not_consent_and_one_manages_its_network(demo):
    supervised = supervised_sites(dt.date(2026, 11, 23))
    assert supervised.count() == len(REGION.sites) - 1
    assert not supervised.filter(name="Parc").exists()
    assert Site.objects.get(management=Management.DECENTRALISED).name == "Fontaine"


def test_what_an_administrator_changed_stays(demo):
    Target.objects.filter(device__name="AP-B12").update(interval_s=300)
    AgreedTime.objects.filter(service="").update(confirm_s=300)
    Device.objects.filter(name="AP-B13").update(serial="AUTRE-1")
    call_command("load_demo", verbosity=0)
    assert Target.objects.get(device__name="AP-B12").interval_s == 300
    assert AgreedTime.objects.get(service="").confirm_s == 300
    assert Device.objects.get(name="AP-B13").serial == "AUTRE-1"
