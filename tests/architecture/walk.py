"""Every URL of the site, every kind of person, their own school and a foreign one."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from schools.models import User
from tests import world_byod, world_grants
from tests.cast import PASSWORD, Cast
from tests.world import Everything

TABLE = Path(__file__).with_name("access_table.toml")
REWRITE = "PREAU_REWRITE_ACCESS_TABLE"
"""Set to 1, the walk writes what it measures into the table; read the difference as a reviewer.
Set to ``new``, it measures only what the table does not know yet."""

PEOPLE = ("nobody", "central", "local", "contact", "head", "authority", "officer", "admin")
HEAD = """\
# Who gets which answer, by URL: to GET in [urls], to POST with an empty body in [posts], where a
# URL that takes no POST (405, or 401 first) is left out. Columns: nobody, central and local
# technician, contact, head, authority, officer, admin (a superuser without a role). Where a URL
# names an object, the
# first row is an object of the person's own school, the second one of another school in another
# province. tests/architecture/test_access_table.py walks them all; a URL that is missing fails.
# Written with {rewrite}=1 and read by a person.
"""


SHARED = {
    **world_grants.SHARED,
    **world_byod.SHARED,
    "api:municipality-detail": "a municipality belongs to no school",
    "api:product-detail": "the catalogue is the same for everybody",
    "api:kit-detail": "the catalogue is the same for everybody",
    "api:kitversion-detail": "the catalogue is the same for everybody",
    "api:customfield-detail": "the form of the register is the same for everybody",
    "inventory:product": "the catalogue is the same for everybody",
    "inventory:kit": "the catalogue is the same for everybody",
    "inventory:product_change": "a product belongs to no school; refused to who keeps none",
    "inventory:product_merge": "a product belongs to no school; refused to who keeps none",
    "inventory:custom_field": "a field belongs to no school; refused to who keeps none",
    "inventory:custom_field_archive": "a field belongs to no school; refused to who keeps none",
    "inventory:kit_version": "a kit belongs to no school; refused to who writes none",
    "inventory:kit_decide": "a kit belongs to no school; refused to who writes none",
    "inventory:config_template": "a template names no school",
    "inventory:config_template_change": "a template names no school",
    "api:operator-detail": "an operator belongs to no school",
    "api:frameworkcontract-detail": "the Region's prices are for every school to compare",
    "api:offer-detail": "likewise",
    "inventory:contract": "likewise",
    "inventory:contract_change": "likewise; officers alone change it, others are told so",
    "inventory:renegotiate": "likewise",
    "inventory:offer_new": "likewise",
    "inventory:offer_change": "likewise",
    "inventory:operator_change": "likewise",
    "schools:import_example": "an invented file, the same for every officer",
}
"""URLs of objects that everybody with a role may read, and why."""

OTHER_NAMES = {"account_login", "account_logout"}
"""allauth's own names for the addresses of ``sign-in`` and ``sign-out``."""

PARAMS = re.compile(r"<(?:\w+:)?(\w+)>")
"""In a route: ``<int:pk>``, or ``(?P<pk>…)``."""


@dataclass(frozen=True)
class Door:
    """One URL: its name with namespace, and the parameters of its route."""

    name: str
    route: str
    params: tuple[str, ...]


def doors() -> list[Door]:
    """Every named URL but the admin's, which a rule of its own covers."""
    return [door for door in _walk(get_resolver(), "", "") if not door.name.startswith("admin:")]


def _walk(resolver: URLResolver, namespace: str, route: str) -> Iterator[Door]:
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, inner, here)
        elif isinstance(pattern, URLPattern):
            yield Door(f"{namespace}{pattern.name or here}", here, tuple(PARAMS.findall(here)))


def table() -> dict[str, Any]:
    """The reviewed answers: ``[urls]`` and ``[arguments]``."""
    return tomllib.loads(TABLE.read_text())


def cast_people(cast: Cast) -> dict[str, User | None]:
    """One person of each kind."""
    boss = User.objects.create_superuser("boss@example.org", PASSWORD, full_name="Boss Exemple")
    return {
        "nobody": None,
        "central": cast.sofia,
        "local": cast.thomas,
        "contact": cast.claire,
        "head": cast.bernard,
        "authority": cast.veronique,
        "officer": cast.odile,
        "admin": boss,
    }


def address(door: Door, arguments: dict[str, Any], world: Everything) -> str:
    """The URL of the door, for the objects of one school."""
    return reverse(door.name, kwargs={p: argument(arguments[p], world) for p in door.params})


def argument(told: Any, world: Everything) -> Any:
    """``"ticket"`` → the key of the school's ticket, ``"call.reference"`` → that field of it;
    anything else as it stands."""
    if isinstance(told, str):
        name, _dot, field = told.partition(".")
        if hasattr(world, name):
            return getattr(getattr(world, name), field or "pk")
    if isinstance(told, str) and told in EXTRA:
        return EXTRA[told](world)
    return told


EXTRA = {
    "community": lambda world: world.site.school.community,
    "role": lambda world: world.person.roles.get().pk,
    "authority": lambda world: world.site.school.authority_id,
    "school": lambda world: world.site.school_id,
    "consent": lambda world: world.site.school.consents.first().pk,
    "line": lambda world: world.connection.line.pk,
    "offer": lambda world: world.connection.line.offer_id,
    "contract": lambda world: world.connection.line.offer.contract_id,
    "operator": lambda world: world.connection.line.operator_id,
    "infrastructure": lambda world: world.connection.infrastructure.pk,
    "speed": lambda world: world.connection.speed.pk,
}


@contextmanager
def nothing_stays(client: Client) -> Iterator[None]:
    """What happens inside is rolled back, and the browser is signed in as before."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    client.cookies = cookies


def post_empty(client: Client, url: str) -> int:
    """The answer to a POST without a body; the API is spoken to in JSON. Nothing of it stays."""
    with nothing_stays(client):
        if url.startswith("/api/"):
            return client.post(url, data="{}", content_type="application/json").status_code
        return client.post(url).status_code


def client_of(person: User | None) -> Client:
    """A browser in which the person is signed in; errors of the site become 500, not exceptions."""
    client = Client(raise_request_exception=False)
    if person is not None:
        client.force_login(person)
    return client


GUESSES = (
    *world_grants.GUESSES,
    *world_byod.GUESSES,
    ("^[eE]/", {"code": "ABCD0123"}),
    ("etiquettes/tirages/", {"pk": "label_run"}),
    ("livraisons/", {"pk": "arrival"}),
    ("recolements/constats/", {"pk": "finding"}),
    ("recolements/photos/", {"pk": "stock_scan"}),
    (
        "recolements/",
        {"pk": "stock_taking", "key": "00000000-0000-4000-8000-000000000000"},
    ),
    ("stock-takings/", {"pk": "stock_taking"}),
    ("stock-counts/", {"pk": "stock_count"}),
    ("stock-findings/", {"pk": "finding"}),
    ("declarations/", {"pk": "declaration"}),
    # part of a route → what its ``pk`` stands for, when the table is written anew
    ("reservations/partager/", {"pk": "site"}),
    ("reservations/periodes/", {"pk": "school"}),
    ("reservations/objets/", {"pk": "bookable"}),
    ("reservations/attentes/", {"pk": "wish"}),
    ("reservations/agenda/", {"token": "inconnu"}),
    ("reservations/", {"pk": "booking"}),
    ("consommables/stocks/", {"pk": "store"}),
    ("consommables/lignes/", {"pk": "stock_line"}),
    ("consommables/ecritures/", {"pk": "stock_entry"}),
    ("consommables/ouvrir/", {"pk": "site"}),
    ("bookables/", {"pk": "bookable"}),
    ("bookings/", {"pk": "booking"}),
    ("lesson-grids/", {"pk": "lesson_grid"}),
    ("stores/", {"pk": "store"}),
    ("stock-lines/", {"pk": "stock_line"}),
    ("stock-entries/", {"pk": "stock_entry"}),
    ("targets/", {"target": "target"}),
    ("authorities/", {"pk": "authority"}),
    ("schools/", {"pk": "school"}),
    ("sites/", {"pk": "site"}),
    ("implantations/", {"pk": "site", "kind": "assistance", "consent": "consent", "number": 1}),
    ("calendriers/", {"community": "community", "year": 2026}),
    ("calendars/", {"pk": "calendar"}),
    ("opening-hours/", {"pk": "opening"}),
    ("opening-exceptions/", {"pk": "exception"}),
    ("accords/pouvoirs/", {"pk": "authority"}),
    ("accords/ecoles/", {"pk": "school"}),
    ("accords/", {"pk": "consent"}),
    ("documents/", {"pk": "document"}),
    ("configurations/etapes/", {"pk": "push_step"}),
    ("configurations/modeles/", {"pk": "config_template"}),
    ("configurations/reglages/", {"pk": "authority", "level": "po"}),
    ("configurations/plans/", {"pk": "push_plan", "what": "soumettre"}),
    ("push-plans/", {"pk": "push_plan"}),
    ("push-steps/", {"pk": "push_step"}),
    ("plans/ecoles/", {"pk": "school"}),
    ("plans/", {"pk": "plan", "other": "plan", "question": "aims", "site": "site"}),
    ("management-choices/", {"pk": "choice"}),
    ("transition-plans/", {"pk": "plan"}),
    ("implantations/", {"pk": "site", "kind": "assistance", "consent": "consent"}),
    ("imports/exemples/", {"kind": "register"}),
    ("imports/", {"pk": "import_run"}),
    (
        "implantations/",
        {"pk": "site", "kind": "assistance", "consent": "consent", "room": "room"},
    ),
    ("ecoles/", {"pk": "school"}),
    ("pouvoirs-organisateurs/", {"pk": "authority"}),
    ("carte/", {"pk": "site"}),
    ("mon-ecole/", {"pk": "site"}),
    ("rooms/", {"pk": "room"}),
    ("locaux/", {"pk": "room"}),
    ("teachings/", {"pk": "teaching"}),
    ("headcounts/", {"pk": "headcount"}),
    ("ise-classes/", {"pk": "ise_class"}),
    ("municipalities/", {"pk": "92094"}),
    ("consents/", {"pk": "consent"}),
    (
        "implantations/",
        {"pk": "site", "sort": "wifi", "row": "ssid", "link": "link"},
    ),
    ("connexion/", {"pk": "site", "row": "line", "state": "ended"}),
    ("prefixes/", {"pk": "prefix"}),
    ("vlans/", {"pk": "vlan"}),
    ("ssids/", {"pk": "ssid"}),
    ("ip-addresses/", {"pk": "ip_address"}),
    ("racks/", {"pk": "rack"}),
    ("operators/", {"pk": "operator"}),
    ("framework-contracts/", {"pk": "contract"}),
    ("offers/", {"pk": "offer"}),
    ("subscriptions/", {"pk": "line"}),
    ("infrastructures/", {"pk": "infrastructure"}),
    ("measured-speeds/", {"pk": "speed"}),
    ("connexions/contrats/", {"pk": "contract"}),
    ("connexions/offres/", {"pk": "offer"}),
    ("connexions/operateurs/", {"pk": "operator"}),
    ("radios/", {"pk": "radio"}),
    ("patch-panels/", {"pk": "panel"}),
    ("coverages/", {"pk": "coverage"}),
    ("observed-devices/", {"pk": "observed_device"}),
    ("observed-ports/", {"pk": "observed_port"}),
    ("observed-neighbours/", {"pk": "observed_neighbour"}),
    ("differences/", {"pk": "difference"}),
    ("devices/", {"pk": "access_point"}),
    ("catalogue/kits/versions/", {"pk": "kit_draft"}),
    ("catalogue/kits/", {"pk": "kit"}),
    ("catalogue/champs/", {"pk": "custom_field"}),
    ("catalogue/", {"pk": "product"}),
    ("equipements/fichiers/", {"pk": "device_file"}),
    ("mouvements/", {"pk": "laptop", "move": "move"}),
    ("modifier/", {"pk": "laptop"}),
    ("deplacer/", {"pk": "laptop"}),
    ("equipements/<int:pk>/fichiers/", {"pk": "laptop"}),
    ("equipements/", {"pk": "access_point"}),
    ("device-moves/", {"pk": "move"}),
    ("products/", {"pk": "product"}),
    ("kits/", {"pk": "kit"}),
    ("kit-versions/", {"pk": "kit_version"}),
    ("custom-fields/", {"pk": "custom_field"}),
    ("ports/", {"pk": "port"}),
    ("links/", {"pk": "link"}),
    ("targets/", {"pk": "target"}),
    ("checks/", {"pk": "check"}),
    ("incidents/", {"pk": "incident"}),
    ("target-events/", {"pk": "event"}),
    ("ticket-events/", {"pk": "ticket_event"}),
    ("comments/", {"pk": "comment"}),
    ("photos/", {"pk": "attachment"}),
    ("tickets/", {"pk": "ticket"}),
    ("signaler/", {"pk": "ticket"}),
    ("demandes/", {"pk": "ticket", "check_pk": "visual_check", "step": 1}),
    ("journal/", {"pk": "audit"}),
    ("mon-compte/cles/", {"pk": "token"}),
    ("mon-compte/webhooks/", {"pk": "webhook", "delivery": "delivery"}),
    ("webhooks/", {"pk": "webhook"}),
    ("webhook-deliveries/", {"pk": "delivery"}),
    ("vues/", {"pk": "saved_view"}),
    ("personnes/invitations/", {"pk": "invitation"}),
    ("personnes/", {"pk": "person"}),
    ("people/", {"pk": "person"}),
    ("roles/", {"pk": "role"}),
    ("ecoles/", {"pk": "school"}),
    ("invitation/", {"token": "inconnu"}),
    ("scans/", {"pk": "scan"}),
    ("ecarts/", {"pk": "difference"}),
    ("configurations/changements/", {"pk": "drift"}),
    ("configurations/versions/", {"pk": "config_backup"}),
    ("config-backups/", {"pk": "config_backup"}),
    ("config-drifts/", {"pk": "drift"}),
    ("decouvertes/", {"pk": "scan"}),
    ("lab/", {"slug": "inconnu", "pk": 0}),
)


def guess(door: Door) -> dict[str, Any]:
    """Arguments for a URL that the table does not know yet, as far as its route tells."""
    for part, told in GUESSES:
        if part in door.route and set(door.params) <= set(told):
            return {param: told[param] for param in door.params}
    return {}


def rewriting() -> bool:
    """Whether this run writes the table."""
    return os.environ.get(REWRITE) in {"1", "new"}


def rewriting_what_is_new() -> bool:
    """Whether what the table knows stays as it is."""
    return os.environ.get(REWRITE) == "new"


def write_table(table: dict[str, Any]) -> None:
    """Write the measured answers, sorted, one line a row."""
    lines = [HEAD.format(rewrite=REWRITE)]
    for section in ("urls", "posts"):
        lines.append(f"[{section}]")
        for name in sorted(table[section]):
            rows = table[section][name]
            if len(rows) == 1:
                lines.append(f'"{name}" = ["{rows[0]}"]')
            else:
                lines.append(f'"{name}" = [\n    "{rows[0]}",\n    "{rows[1]}",\n]')
        lines.append("")
    arguments = table["arguments"]
    lines.append("# What stands for each parameter: an object of tests/world.py, or a value.")
    lines.append("[arguments]")
    for name in sorted(arguments):
        told = ", ".join(f"{key} = {_toml(value)}" for key, value in arguments[name].items())
        lines.append(f'"{name}" = {{ {told} }}')
    TABLE.write_text("\n".join(lines) + "\n")


def _toml(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
