"""The demo of resources given back: a former call, what its projects owe, gave, and still owe."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone

from inventory.grants.actions.returns.deposit import (
    add_file,
    deposit,
    start_resource,
    write_resource,
)
from inventory.grants.actions.returns.follow_up import send_report, write_report
from inventory.grants.actions.returns.judge import CHECKS, accept, ask_correction, publish
from inventory.grants.actions.returns.obligations import ask_extension, note_obligation
from inventory.grants.models.calls.applications import (
    Application,
    ApplicationMove,
    ApplicationState,
    CoAuthor,
)
from inventory.grants.models.calls.awards import Award
from inventory.grants.models.calls.forms import FormVersion
from inventory.grants.models.calls.published import Call, CallState, CallVersion
from inventory.grants.models.returns.obligations import Depositor, Obligation
from inventory.grants.models.returns.resources import (
    CentreValidator,
    Resource,
    ResourceCentre,
)
from schools.models import Site, User

REFERENCE = "AP-2025-02"
CENTRES = (
    ("e-classe", "e-classe, plateforme des ressources", "https://e-classe.example"),
    ("namur-pedagogie", "Centre de ressources de Namur", "https://ressources-namur.example"),
    ("medien-ostbelgien", "Medienzentrum Ostbelgien", "https://medien-ostbelgien.example"),
)
FORM: dict[str, Any] = {
    "sections": [
        {
            "key": "projet",
            "title": {"fr": "Le projet", "de": "Das Projekt"},
            "questions": [
                {
                    "key": "objectifs",
                    "kind": "long_text",
                    "label": {"fr": "Que feront les élèves ?", "de": "Was tun die Schüler?"},
                    "required": True,
                }
            ],
        }
    ]
}
PROJECTS: tuple[tuple[str, str, str, str, int], ...] = (
    ("moulin", "Un journal écrit à vingt-quatre", "claire", "9800.00", 2),
    ("tilleuls", "La météo de la cour, mesurée par la classe", "bernard", "6400.00", 1),
    ("kastanienhof", "Unser Dorf als Hörspiel", "karl", "8200.00", 1),
    ("fontaine", "Programmer la fontaine du village", "anne", "11200.00", 2),
)
"""Site, title, who carries it, what was granted (EUR), resources owed."""


def load_returns(sites: Mapping[str, Site]) -> None:
    """Write it once; a second run finds it and leaves it."""
    if Call.objects.filter(reference=REFERENCE).exists():
        return
    now, people = timezone.now(), {user.email.split("@")[0]: user for user in User.objects.all()}
    centres = [
        ResourceCentre.objects.get_or_create(key=key, defaults={"name": name, "website": url})[0]
        for key, name, url in CENTRES
    ]
    nadia = people.get("nadia")
    if nadia is not None:
        CentreValidator.objects.create(centre=centres[0], person=nadia, by=people["odile"])
    call = _call(now)
    owed = {
        ref: _project(
            call,
            sites[ref],
            title,
            people[name],
            amount=Decimal(amount),
            number=number,
            now=now,
        )
        for number, (ref, title, name, amount, _owed) in enumerate(PROJECTS, 1)
        if ref in sites and name in people
    }
    _moulin(owed, people, centres, now)
    _kastanienhof(owed, people, centres, now)
    if (fontaine := owed.get("fontaine")) is not None:
        until = fontaine.due_on + dt.timedelta(days=120)
        why = "L’enseignante qui porte le projet revient de congé en janvier."
        ask_extension(people["anne"], fontaine, until, why)


def _call(now: dt.datetime) -> Call:
    """Last year's: closed, decided."""
    call = Call.objects.create(reference=REFERENCE)
    form = FormVersion.objects.create(
        call=call, number=1, content=FORM, published_at=now - dt.timedelta(days=700)
    )
    version = CallVersion.objects.create(
        call=call,
        number=1,
        title_fr="Écrire, mesurer, raconter avec le numérique",
        title_de="Schreiben, messen, erzählen mit digitalen Mitteln",
        summary_fr="Des kits pour des projets qui produisent et qui partagent.",
        summary_de="Kits für Projekte, die etwas schaffen und teilen.",
        opens_at=now - dt.timedelta(days=600),
        closes_at=now - dt.timedelta(days=520),
        budget=Decimal("60000.00"),
        form=form,
        uses_right=False,
        returns_owed=1,
        returns_due_months=14,
        published_at=now - dt.timedelta(days=610),
    )
    Call.objects.filter(pk=call.pk).update(current=version, state=CallState.DECIDED)
    call.refresh_from_db()
    return call


def _project(
    call: Call,
    site: Site,
    title: str,
    person: User,
    *,
    amount: Decimal,
    number: int,
    now: dt.datetime,
) -> Obligation:
    """Sent, granted, and what it owes."""
    assert call.current is not None
    sent = now - dt.timedelta(days=530 - number)
    application = Application.objects.create(
        call=call,
        version=call.current,
        form=call.current.form,
        site=site,
        reference=f"D-{sent.year}-9{number:03d}",
        title=title,
        state=ApplicationState.AWARDED,
        amount=amount,
        project_head=person,
        started_by=person,
        started_at=sent - dt.timedelta(days=9),
        submitted_by=person,
        submitted_at=sent,
    )
    CoAuthor.objects.create(application=application, user=person, added_by=person)
    for before, after in (("", "draft"), ("draft", "submitted"), ("submitted", "awarded")):
        ApplicationMove.objects.create(
            application=application, at=sent, before=before, after=after, by_text="SPW"
        )
    award = Award.objects.create(
        application=application,
        amount=amount,
        decided_at=now - dt.timedelta(days=440 + 6 * number),
        decided_by_text="SPW",
    )
    row = note_obligation(award)
    assert row is not None
    return row


def _resource(
    owed: Obligation, by: User, centre: ResourceCentre, at: dt.datetime, **told: Any
) -> Resource:
    """Described, with a short PDF, handed in."""
    Depositor.objects.get_or_create(obligation=owed, person=by)
    resource = start_resource(by, owed, at)
    assert resource.newest is not None
    common: dict[str, Any] = {
        "authors": [str(by)],
        "authors_agree": True,
        "material": "own",
        "no_pupils": True,
        "centre": centre,
    }
    write_resource(by, resource, common | told, resource.newest.version)
    paper = _pdf(str(told["title"]))
    add_file(by, resource, io.BytesIO(paper), len(paper), f"{told['title'][:40]}.pdf")
    return deposit(by, resource, at)


def _moulin(
    owed: Mapping[str, Obligation],
    people: Mapping[str, User],
    centres: list[ResourceCentre],
    now: dt.datetime,
) -> None:
    """One resource published, another to be validated, one to be corrected; a report sent."""
    row, odile = owed.get("moulin"), people["odile"]
    if row is None:
        return
    claire, bernard = people["claire"], people["bernard"]
    first = _resource(
        row,
        claire,
        centres[0],
        now - dt.timedelta(days=90),
        title="Écrire un journal de classe à plusieurs mains",
        description="Six séances, du sommaire au bouclage\u00a0: chaque élève écrit, relit un "
        "autre et publie. Avec les fiches de relecture et le modèle de la une.",
        kind="scenario",
        audiences=["p5-p6", "s1"],
        subjects=["fr", "num"],
        keywords=["journal", "écriture", "relecture"],
        minutes=300,
        needs="Un portable par deux élèves, un traitement de texte partagé.",
        aids=["readable"],
        may_change="alike",
        may_sell="yes",
    )
    accept(odile, first, [*CHECKS], "Très réutilisable, merci.", now - dt.timedelta(days=80))
    publish(odile, first, now - dt.timedelta(days=80))
    _resource(
        row,
        bernard,
        centres[0],
        now - dt.timedelta(days=6),
        title="Relire sans blesser\u00a0: une grille en dix questions",
        description="Une page à imprimer, deux séances pour apprendre à s’en servir.",
        kind="guide",
        audiences=["p5-p6", "ens"],
        subjects=["fr"],
        keywords=["relecture", "évaluation entre pairs"],
        minutes=100,
        may_change="yes",
        may_sell="yes",
    )
    third = _resource(
        row,
        claire,
        centres[1],
        now - dt.timedelta(days=20),
        title="Interviewer un artisan",
        description="Préparer, enregistrer et monter cinq minutes de son.",
        kind="lesson",
        audiences=["p5-p6"],
        subjects=["fr", "soc"],
        keywords=["interview", "son"],
        may_change="yes",
        may_sell="no",
    )
    remark = "Page 3, une signature d’élève se lit encore\u00a0: masquez-la, puis redéposez."
    ask_correction(odile, third, remark, now - dt.timedelta(days=15))
    told = {
        "pupils": 47,
        "classes": 2,
        "uses_a_week": Decimal("3.5"),
        "uses": "Deux classes publient chaque mois un journal de huit pages, lu par les familles.",
        "difficulties": "Le WiFi du bloc B, réparé en novembre.",
    }
    report = write_report(claire, row, told, 0)
    send_report(claire, report.obligation, True, now - dt.timedelta(days=5))


def _kastanienhof(
    owed: Mapping[str, Obligation],
    people: Mapping[str, User],
    centres: list[ResourceCentre],
    now: dt.datetime,
) -> None:
    """Given back in German, in time."""
    row, odile = owed.get("kastanienhof"), people["odile"]
    if row is None:
        return
    only = _resource(
        row,
        people["karl"],
        centres[2],
        now - dt.timedelta(days=60),
        title="Ein Hörspiel über unser Dorf",
        description="Acht Stunden: Menschen befragen, Szenen schreiben, Geräusche mischen.",
        kind="scenario",
        language="de",
        audiences=["p3-p4", "p5-p6"],
        subjects=["de", "art"],
        keywords=["Hörspiel", "Interview", "Dorf"],
        minutes=400,
        may_change="yes",
        may_sell="no",
    )
    accept(odile, only, [*CHECKS], "", now - dt.timedelta(days=50))
    publish(odile, only, now - dt.timedelta(days=50))


def _pdf(title: str) -> bytes:
    """A page that any reader opens: objects, their places, a title in Latin letters."""
    text = title.encode("latin-1", "replace").replace(b"(", b" ").replace(b")", b" ")
    stream = b"BT /F1 18 Tf 60 760 Td (" + text + b") Tj ET"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(parts) + 1, table)
        + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(body))
    )
