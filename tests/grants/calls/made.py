"""Calls, applications and awards for tests, as the database would hold them."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from inventory.grants.models.calls.applications import (
    Answer,
    Application,
    ApplicationMove,
    ApplicationState,
    AskedKit,
    CoAuthor,
)
from inventory.grants.models.calls.awards import Award, AwardedKit, AwardState
from inventory.grants.models.calls.files import ApplicationFile, Submission
from inventory.grants.models.calls.forms import FormVersion
from inventory.grants.models.calls.published import (
    Call,
    CallDocument,
    CallMode,
    CallState,
    CallVersion,
)
from inventory.models import Category, Kit, KitItem, KitVersion, Product
from schools.models import Site, User
from tests.world_papers import PHOTO

QUESTIONS: dict[str, Any] = {
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
                },
                {
                    "key": "kits",
                    "kind": "kits",
                    "label": {"fr": "Les kits demandés", "de": "Die beantragten Kits"},
                    "required": True,
                },
            ],
        }
    ]
}
GRID: dict[str, Any] = {
    "criteria": [
        {
            "key": "pertinence",
            "kind": "pedagogical",
            "label": {"fr": "Pertinence pédagogique", "de": "Pädagogischer Nutzen"},
            "weight": "3",
            "max_points": 5,
            "threshold": 2,
            "anchors": {"1": {"fr": "Vague", "de": "Vage"}, "5": {"fr": "Précis", "de": "Genau"}},
        },
        {
            "key": "faisabilite",
            "kind": "technical",
            "label": {"fr": "Faisabilité technique", "de": "Technische Machbarkeit"},
            "weight": "2",
            "max_points": 5,
            "threshold": 2,
        },
    ],
    "pedagogical_threshold": 50,
    "technical_threshold": 50,
}
RANKING: dict[str, Any] = {"method": "strict", "tie_breaks": ["pedagogical", "submitted_at"]}


def make_kit_version(name: str = "", price: str = "12000.00", **extra: Any) -> KitVersion:
    """A kit of the catalogue that is offered since last year."""
    product, _ = Product.objects.get_or_create(
        maker="Exemple", model="Portable 1", category=Category.LAPTOP
    )
    version = KitVersion.objects.create(
        kit=Kit.objects.create(name=name or f"Chariot {uuid.uuid4().hex[:8]}"),
        number=1,
        price=Decimal(price),
        valid_from=timezone.localdate() - dt.timedelta(days=365),
        **extra,
    )
    KitItem.objects.create(version=version, product=product, quantity=24)
    KitVersion.objects.filter(pk=version.pk).update(frozen_at=timezone.now())
    version.refresh_from_db()
    return version


def make_call(
    reference: str = "", *, mode: str = CallMode.COMPETITION, published: bool = True, **version: Any
) -> Call:
    """A call, open since a week and for three more unless told otherwise."""
    now = timezone.now()
    call = Call.objects.create(reference=reference or f"AP-{uuid.uuid4().hex[:8]}", mode=mode)
    form = FormVersion.objects.create(
        call=call, number=1, content=version.pop("questions", QUESTIONS)
    )
    values: dict[str, Any] = {
        "title_fr": "Classes mobiles",
        "title_de": "Mobile Klassen",
        "summary_fr": "Des chariots de portables pour les classes.",
        "rules_fr": "Chaque implantation remet un dossier.",
        "rules_de": "Jeder Standort reicht einen Antrag ein.",
        "opens_at": now - dt.timedelta(days=7),
        "closes_at": now + dt.timedelta(days=21),
        "budget": Decimal("500000.00"),
        "grid": GRID,
        "ranking": RANKING,
        "uses_right": False,
    }
    row = CallVersion.objects.create(call=call, number=1, form=form, **(values | version))
    if published:
        publish(row)
        call.refresh_from_db()
    return call


def publish(version: CallVersion) -> None:
    """Put a version in force, its form with it."""
    now = timezone.now()
    FormVersion.objects.filter(pk=version.form_id, published_at=None).update(published_at=now)
    CallVersion.objects.filter(pk=version.pk).update(published_at=now)
    Call.objects.filter(pk=version.call_id).update(current=version, state=CallState.PUBLISHED)


def make_draft(
    call: Call,
    site: Site,
    by: User,
    *,
    title: str = "Un chariot pour la 5e",
    kit: KitVersion | None = None,
    quantity: int = 2,
) -> Application:
    """An application in hand, with an answer and, where ``kit`` is given, what it asks for."""
    version = call.current
    assert version is not None
    application = Application.objects.create(
        call=call,
        version=version,
        form=version.form,
        site=site,
        reference=f"D-{uuid.uuid4().hex[:10]}",
        title=title,
        project_head=by,
        started_by=by,
    )
    CoAuthor.objects.create(application=application, user=by, added_by=by)
    ApplicationMove.objects.create(
        application=application, after=ApplicationState.DRAFT, by=by, by_text=str(by)
    )
    Answer.objects.create(
        application=application,
        question="objectifs",
        value="Les élèves publient leur journal.",
        edited_by=by,
    )
    if kit is not None:
        AskedKit.objects.create(
            application=application, kit_version=kit, quantity=quantity, unit_price=kit.price
        )
        Answer.objects.create(
            application=application, question="kits", value={str(kit.pk): quantity}, edited_by=by
        )
        Application.objects.filter(pk=application.pk).update(amount=kit.price * quantity)
    application.refresh_from_db()
    return application


def make_application(
    call: Call, site: Site, by: User, *, state: str = ApplicationState.SUBMITTED, **extra: Any
) -> Application:
    """A file that was sent, and where it stands since."""
    application = make_draft(call, site, by, **extra)
    now = timezone.now()
    Application.objects.filter(pk=application.pk).update(
        state=state, submitted_at=now, submitted_by=by, why="Incomplet."
    )
    application.refresh_from_db()
    content: dict[str, Any] = {"reference": application.reference, "sections": []}
    Submission.objects.create(
        application=application,
        number=1,
        version=application.version,
        at=now,
        by=by,
        by_text=str(by),
        amount=application.amount,
        content=content,
        sha256=hashlib.sha256(b"{}").hexdigest(),
    )
    return application


def make_award(application: Application, by: User | None = None, **extra: Any) -> Award:
    """What the application asked for, granted; its state follows."""
    award = Award.objects.create(
        application=application, amount=application.amount, decided_by=by, **extra
    )
    for asked in application.asked_kits.all():
        AwardedKit.objects.create(
            award=award,
            kit_version=asked.kit_version,
            quantity=asked.quantity,
            unit_price=asked.unit_price,
        )
    conditional = award.state == AwardState.CONDITIONAL
    state = ApplicationState.CONDITIONAL if conditional else ApplicationState.AWARDED
    Application.objects.filter(pk=application.pk).update(state=state)
    application.refresh_from_db()
    return award


def make_file(application: Application, by: User, question: str = "plan") -> ApplicationFile:
    """A picture joined to a draft."""
    row = ApplicationFile(
        application=application,
        question=question,
        name="plan.png",
        content_type="image/png",
        size=len(PHOTO),
        sha256=hashlib.sha256(PHOTO).hexdigest(),
        uploaded_by=by,
    )
    row.file.save("plan.png", ContentFile(PHOTO))
    return row


def make_document(version: CallVersion) -> CallDocument:
    """An annex of a version that is still a draft."""
    row = CallDocument(
        version=version,
        title="Annexe",
        name="annexe.png",
        content_type="image/png",
        size=len(PHOTO),
        sha256=hashlib.sha256(PHOTO).hexdigest(),
    )
    row.file.save("annexe.png", ContentFile(PHOTO))
    return row
