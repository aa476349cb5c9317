"""Schools for ``./preau bench calls``: each with a head and a signed file for one open call."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from deploy.lab.load.grants import calls_texts as texts

BEGAN = dt.date(2025, 1, 1)


def make_schools(count: int) -> tuple[list[int], list[Any]]:
    """The keys of the files, and their heads, in the same order."""
    from django.utils import timezone  # noqa: PLC0415

    from inventory.grants.models.calls.applications import (  # noqa: PLC0415
        Answer,
        Application,
        ApplicationState,
        AskedKit,
    )

    now = timezone.now()
    call, kit = _call(now), _kit(now)
    sites, heads = _places(count)
    version: Any = call.current
    files = Application.objects.bulk_create(
        Application(
            call=call, version=version, form=version.form, site=site, title="Un journal parlé",
            reference=f"D-B-{n:05d}", amount=kit.price * 2, started_by=head, project_head=head,
        )
        for n, (site, head) in enumerate(zip(sites, heads, strict=True))
    )  # fmt: skip
    answers = {**texts.ANSWERS[0][2], "objectifs": texts.ANSWERS[0][1], "rangement": "local"}
    answers |= {"depart": "2027-01-15", "kits": {str(kit.pk): 2}}
    Answer.objects.bulk_create(
        [
            Answer(application=row, question=key, value=value)
            for row in files
            for key, value in answers.items()
        ],
        batch_size=5000,
    )
    AskedKit.objects.bulk_create(
        AskedKit(application=row, kit_version=kit, quantity=2, unit_price=kit.price)
        for row in files
    )
    Application.objects.update(state=ApplicationState.VALIDATED, validated_at=now)
    return [row.pk for row in files], heads


def _call(now: dt.datetime) -> Any:
    from inventory.grants.models.calls.forms import FormVersion  # noqa: PLC0415
    from inventory.grants.models.calls.published import (  # noqa: PLC0415
        Call,
        CallState,
        CallVersion,
    )

    call = Call.objects.create(reference="AP-BENCH")
    form = FormVersion.objects.create(call=call, number=1, content=texts.FORM)
    version = CallVersion.objects.create(
        call=call, number=1, form=form, title_fr="Dernière heure", title_de="Letzte Stunde",
        rules_fr="–", rules_de="–", opens_at=now - dt.timedelta(days=1),
        closes_at=now + dt.timedelta(days=1), budget=Decimal(1), uses_right=False,
        countersigned=False, eligibility=[{"fact": "supervision"}],
    )  # fmt: skip
    FormVersion.objects.filter(pk=form.pk).update(published_at=now)
    CallVersion.objects.filter(pk=version.pk).update(published_at=now)
    Call.objects.filter(pk=call.pk).update(current=version, state=CallState.PUBLISHED)
    call.refresh_from_db()
    return call


def close_at(closes: dt.datetime) -> None:
    """Publish the version that closes then, and take the files along."""
    from django.utils import timezone  # noqa: PLC0415

    from inventory.grants.models.calls.applications import Application  # noqa: PLC0415
    from inventory.grants.models.calls.published import Call, CallVersion  # noqa: PLC0415

    call = Call.objects.select_related("current").get(reference="AP-BENCH")
    version: Any = call.current
    version.pk, version.number, version.published_at = None, 2, None
    version.closes_at, version.why = closes, "La dernière heure."
    version.save()
    CallVersion.objects.filter(pk=version.pk).update(published_at=timezone.now())
    Call.objects.filter(pk=call.pk).update(current=version)
    Application.objects.filter(call=call).update(version=version)


def _kit(now: dt.datetime) -> Any:
    from inventory.models import Kit, KitVersion  # noqa: PLC0415

    version = KitVersion.objects.create(
        kit=Kit.objects.create(name="Chariot du banc"), number=1, price=Decimal(19_200),
        valid_from=now.date() - dt.timedelta(days=30),
    )  # fmt: skip
    KitVersion.objects.filter(pk=version.pk).update(frozen_at=now)
    return version


def _places(count: int) -> tuple[list[Any], list[Any]]:
    """A PO, its schools, a site and a head each, who consented to supervision."""
    from deploy.lab.load.towns import fictitious_town  # noqa: PLC0415
    from schools.models import (  # noqa: PLC0415
        Authority,
        Consent,
        ConsentKind,
        Network,
        Role,
        RoleKind,
        School,
        Site,
        User,
    )

    authority = Authority.objects.create(name="PO du banc")
    schools = School.objects.bulk_create(
        School(authority=authority, name=f"École {n}", network=Network.WBE, number=f"B{n:06d}")
        for n in range(count)
    )
    town = fictitious_town("Marvelle", "namur")
    Site.objects.bulk_create(
        Site(school=school, name=f"Site {n}", municipality=town) for n, school in enumerate(schools)
    )
    heads = User.objects.bulk_create(
        User(email=f"banc{n}@example.org", full_name=f"Direction {n}", password="!")  # noqa: S106
        for n in range(count)
    )
    Role.objects.bulk_create(
        Role(user=head, kind=RoleKind.HEAD, school=school, from_on=BEGAN)
        for head, school in zip(heads, schools, strict=True)
    )
    Consent.objects.bulk_create(
        Consent(kind=ConsentKind.SUPERVISION, school=one, given_on=BEGAN, signed_by="Direction")
        for one in schools
    )
    places = Site.objects.filter(school__authority=authority).select_related("school")
    return list(places.order_by("pk")), heads
