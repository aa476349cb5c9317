"""One of everything of this part of the grants, and how the walk of every URL finds it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from inventory.grants.models.calls.applications import CoAuthor
from inventory.grants.models.returns.follow_ups import FollowUp, FollowUpPhoto
from inventory.grants.models.returns.obligations import (
    Depositor,
    Extension,
    NoticeStage,
    Obligation,
    ReturnNotice,
)
from inventory.grants.models.returns.resources import (
    CentreValidator,
    Resource,
    ResourceCentre,
    ResourceFile,
    ResourceMove,
    ResourceState,
    ResourceVersion,
)
from inventory.grants.models.returns.snapshots import IndicatorSnapshot
from schools.models import RoleKind, Site, User
from tests.cast import make_person
from tests.world_papers import PHOTO

GUESSES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("ressources/centres/", {"pk": "centre"}),
    ("conseillers/", {"pk": "centre_validator"}),
    ("ressources-ouvertes/", {"reference": "R-W-T-2", "pk": "open_file"}),
    ("ressources/a-rendre/prolongation/", {"pk": "extension"}),
    ("ressources/a-rendre/implantation/", {"pk": "site"}),
    ("ressources/a-rendre/ecole/", {"pk": "school"}),
    ("ressources/a-rendre/", {"pk": "obligation"}),
    ("ressources/photo/", {"pk": "follow_up_photo"}),
    ("ressources/fichiers/", {"pk": "resource_file"}),
    ("ressources/", {"pk": "resource", "step": "contenu"}),
    ("tableau-de-bord/carte/", {"pk": "site"}),
    ("indicateurs/octrois/", {"key": "K14"}),
    ("resource-centres/", {"pk": "centre"}),
    ("obligations/", {"pk": "obligation"}),
    ("follow-ups/", {"pk": "follow_up"}),
    ("indicator-snapshots/", {"pk": "indicator_snapshot"}),
    ("resources/", {"pk": "resource"}),
)
"""Part of a route → what its parameters stand for, most precise first."""
SHARED: dict[str, str] = {
    "grants:centre": "a centre belongs to no school; refused to who keeps none",
    "grants:centre_validator": "likewise",
    "grants:end_validator": "likewise",
    "grants:open_resource": "the catalogue is everybody's",
    "grants:open_file": "the catalogue is everybody's",
    "grants:board_site": "the board shows the whole Region, to its officers alone",
    "grants:indicator": "a figure of the Region, for its officers alone",
    "grants:indicator_export": "likewise",
    "grants:indicator_export_xlsx": "likewise",
    "grants:indicator_export_ods": "likewise",
    "api:resourcecentre-detail": "a centre belongs to no school",
    "api:indicatorsnapshot-detail": "a figure of the Region, published",
}
"""URL names that belong to no school, and why."""
SEEN_THROUGH_ANOTHER: dict[str, str] = {
    "grants.ResourceCentre": "the same for everybody",
    "grants.CentreValidator": "read with the centre, by officers",
    "grants.ResourceVersion": "read through a resource that the person sees, or by everybody",
    "grants.ResourceFile": "read through a resource that the person sees, or by everybody",
    "grants.ResourceMove": "read through a resource that the person sees",
    "grants.Depositor": "read through an obligation that the person sees",
    "grants.Extension": "read through an obligation that the person sees",
    "grants.FollowUpPhoto": "read through a report that the person sees",
    "grants.IndicatorSnapshot": "published figures without people or schools",
}
"""Models without ``visible_to``, and why none is needed."""


@dataclass
class ReturnsWorld:
    """What a site has of it."""

    centre: ResourceCentre
    centre_validator: CentreValidator
    obligation: Obligation
    depositor: Depositor
    extension: Extension
    """Asked, unanswered."""
    return_notice: ReturnNotice
    resource: Resource
    """Handed in, to be validated."""
    resource_version: ResourceVersion
    resource_file: ResourceFile
    resource_move: ResourceMove
    open_resource: Resource
    """Published."""
    open_file: ResourceFile
    follow_up: FollowUp
    follow_up_photo: FollowUpPhoto
    indicator_snapshot: IndicatorSnapshot


def make_returns_world(
    site: Site, technician: User, name: str, made: dict[str, Any]
) -> ReturnsWorld:
    """``made``: what the parts before it made at the same site, by name."""
    now, today = timezone.now(), timezone.localdate()
    award = made["award"]
    centre = ResourceCentre.objects.create(key=f"centre-{name.lower()}", name=f"Centre {name}")
    teacher = make_person(f"Ada{name} Exemple", RoleKind.CONTACT, site=site)
    obligation = Obligation.objects.create(
        award=award,
        site=site,
        owed=2,
        months=12,
        counts_from=today,
        due_on=today + dt.timedelta(days=365),
    )
    CoAuthor.objects.get_or_create(application=award.application, user=teacher, removed_at=None)
    resource, version, file = _resource(obligation, teacher, centre, f"R-W-{name}-1")
    opened, live, open_file = _resource(obligation, teacher, centre, f"R-W-{name}-2")
    ResourceVersion.objects.filter(pk=live.pk).update(frozen_at=now)
    Resource.objects.filter(pk=opened.pk).update(
        state=ResourceState.PUBLISHED, live=live, public="live", public_at=now, accepted_at=now
    )
    opened.refresh_from_db()
    report = FollowUp.objects.create(obligation=obligation, pupils=24, uses="Un journal.")
    photo = FollowUpPhoto(follow_up=report, caption="Le chariot", size=len(PHOTO))
    photo.file.save("photo.jpg", ContentFile(PHOTO))
    return ReturnsWorld(
        centre=centre,
        centre_validator=CentreValidator.objects.create(centre=centre, person=technician),
        obligation=obligation,
        depositor=Depositor.objects.create(obligation=obligation, person=teacher),
        extension=Extension.objects.create(
            obligation=obligation,
            wanted_on=today + dt.timedelta(days=500),
            why="Livraison tardive",
            asked_by=teacher,
            asked_by_text=str(teacher),
        ),
        return_notice=ReturnNotice.objects.create(
            obligation=obligation, stage=NoticeStage.SOON, due_on=obligation.due_on, person=teacher
        ),
        resource=resource,
        resource_version=version,
        resource_file=file,
        resource_move=ResourceMove.objects.create(
            resource=resource, number=1, kind="deposited", by=teacher, by_text=str(teacher)
        ),
        open_resource=opened,
        open_file=open_file,
        follow_up=report,
        follow_up_photo=photo,
        indicator_snapshot=IndicatorSnapshot.objects.create(
            taken_on=today, key="K14", by="province", group=f"w-{name}"[:40], value=Decimal(1)
        ),
    )


def _resource(
    obligation: Obligation, by: User, centre: ResourceCentre, reference: str
) -> tuple[Resource, ResourceVersion, ResourceFile]:
    """Handed in, with one file."""
    resource = Resource.objects.create(
        reference=reference,
        obligation=obligation,
        site=obligation.site,
        depositor=by,
        depositor_text=str(by),
        state=ResourceState.DEPOSITED,
        deposited_at=timezone.now(),
    )
    version = ResourceVersion.objects.create(
        resource=resource,
        number=1,
        title="Le journal de la classe",
        description="Six séances.",
        audiences=["p5-p6"],
        subjects=["fr"],
        kind="scenario",
        may_change="yes",
        may_sell="yes",
        licence="cc-by",
        material="own",
        no_pupils=True,
        centre=centre,
    )
    Resource.objects.filter(pk=resource.pk).update(newest=version)
    resource.refresh_from_db()
    row = ResourceFile(
        version=version,
        name="photo.png",
        content_type="image/png",
        size=len(PHOTO),
        sha256="0" * 64,
    )
    row.file.save("photo.png", ContentFile(PHOTO))
    return resource, version, row
