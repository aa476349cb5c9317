"""Deposit a resource: begin, describe, add files, hand in; begin again once it was accepted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import IO, Any

from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.actions.keep_network import ChangedMeanwhile
from inventory.grants.access.returns import can_deposit, can_renew, can_write
from inventory.grants.actions.returns.files import MAX_FILES, read_file
from inventory.grants.models.returns.obligations import Obligation
from inventory.grants.models.returns.resources import (
    MoveKind,
    Resource,
    ResourceFile,
    ResourceMove,
    ResourceState,
    ResourceVersion,
)
from inventory.grants.rules.returns.licences import licence_of
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User

NUMBERS = 0x7052_E551
"""Key of the lock under which references are given."""
COPIED = (
    *("title", "description", "audiences", "subjects", "kind", "minutes", "language", "keywords"),
    *("authors", "authors_agree", "prerequisites", "needs", "aids", "aids_text", "may_change"),
    *("may_sell", "licence", "material", "credits", "no_pupils", "link", "centre"),
)
"""What a new version takes over from the former one."""


def start_resource(user: User, obligation: Obligation, now: dt.datetime) -> Resource:
    """Begin a draft for a project. Raises DecisionRefused."""
    require(can_deposit(user, obligation))
    with transaction.atomic():
        resource = Resource.objects.create(
            reference=_next_reference(timezone.localdate(now).year),
            obligation=obligation,
            site=obligation.site,
            depositor=user,
            depositor_text=str(user),
            created_at=now,
        )
        newest = ResourceVersion.objects.create(
            resource=resource, number=1, authors=[str(user)], language=_language(user)
        )
        resource.newest = newest
        resource.save(update_fields=["newest"])
        record_action(user, "start_resource", resource, site=resource.site)
    return resource


def _language(user: User) -> str:
    return "de" if user.language == "de" else "fr"


def _next_reference(year: int) -> str:
    """``R-2026-0001``; given one at a time, to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERS])
    start = f"R-{year}-"
    known = Resource.objects.filter(reference__startswith=start).values_list("reference", flat=True)
    last = max((int(one.removeprefix(start)) for one in known), default=0)
    return f"{start}{last + 1:04d}"


def write_resource(
    user: User, resource: Resource, values: Mapping[str, Any], seen: int
) -> ResourceVersion:
    """Keep what was answered. ``seen``: the version of the row that was read.

    Raises DecisionRefused; ChangedMeanwhile where somebody else wrote first.
    """
    with transaction.atomic():
        held, newest = hold(resource)
        require(can_write(user, held))
        if newest.version != seen:
            raise ChangedMeanwhile(newest)
        for name, value in values.items():
            setattr(newest, name, value)
        newest.licence = (
            licence_of(newest.may_change, newest.may_sell)
            if newest.may_change and newest.may_sell
            else ""
        )
        newest.save(update_fields=[*values, "licence"])
        newest.refresh_from_db(fields=["version", "changed_at"])
    return newest


def add_file(user: User, resource: Resource, file: IO[bytes], size: int, name: str) -> ResourceFile:
    """Keep a file. The same content twice is one. Raises FileRefused, DecisionImpossible."""
    require(can_write(user, resource))
    kept = read_file(file, size, name)  # before the lock: decoding takes a while
    with transaction.atomic():
        held, newest = hold(resource)
        require(can_write(user, held))
        if (known := newest.files.filter(sha256=kept.sha256).first()) is not None:
            return known
        if newest.files.count() >= MAX_FILES:
            raise DecisionImpossible(
                _("Dix fichiers au plus. Rassemblez-les dans une archive, ou déposez un lien.")
            )
        row = ResourceFile(
            version=newest,
            name=kept.name,
            content_type=kept.content_type,
            size=len(kept.content),
            sha256=kept.sha256,
        )
        row.file.save(kept.name, ContentFile(kept.content), save=False)
        row.save()
        after = {"name": row.name}
        record_action(user, "add_resource_file", held, site=held.site, after=after)
    return row


def remove_file(user: User, resource: Resource, pk: int) -> bool:
    """Take a file away from a draft; a second click finds none."""
    with transaction.atomic():
        held, newest = hold(resource)
        require(can_write(user, held))
        row = newest.files.filter(pk=pk).first()
        if row is None:
            return False
        row.delete()  # what an earlier version shows stays: its row leads to the same content
        after = {"name": row.name}
        record_action(user, "remove_resource_file", held, site=held.site, after=after)
    return True


def missing(newest: ResourceVersion) -> list[str]:
    """What still has to be answered before it can be handed in, in words."""
    asked = [
        (newest.title, _("un titre")),
        (newest.description, _("une description")),
        (newest.audiences, _("pour qui")),
        (newest.subjects, _("une matière")),
        (newest.kind, _("de quoi il s’agit")),
        (newest.link or newest.files.exists(), _("un fichier ou un lien")),
        (newest.licence, _("ce que les autres peuvent en faire")),
        (newest.material, _("d’où vient ce que vous avez repris")),
        (newest.material != "free" or newest.credits, _("les œuvres reprises et leurs auteurs")),
        (newest.no_pupils, _("qu’aucun élève n’est reconnaissable")),
        (not newest.authors or newest.authors_agree, _("l’accord des personnes nommées")),
        (newest.centre_id, _("le centre de ressources")),
    ]
    return [words for known, words in asked if not known]


def deposit(user: User, resource: Resource, now: dt.datetime) -> Resource:
    """Hand in: officers and advisers see it from now on. Raises DecisionImpossible, naming what
    is missing."""
    with transaction.atomic():
        held, newest = hold(resource)
        require(can_write(user, held))
        if lacking := missing(newest):
            raise DecisionImpossible(_("Il manque\u00a0: %s.") % ", ".join(lacking))
        held.deposited_at = now
        step(held, newest, MoveKind.DEPOSITED, user, now)
        held.save(update_fields=["state", "deposited_at"])
        announce("resource", held.pk, site=held.site_id)
    return held


def renew_resource(user: User, resource: Resource) -> ResourceVersion:
    """A new version as a draft; the public reads the former one until the new one is published."""
    with transaction.atomic():
        held, former = hold(resource)
        require(can_renew(user, held))
        newest = ResourceVersion.objects.create(
            resource=held,
            number=former.number + 1,
            **{name: getattr(former, name) for name in COPIED},
        )
        for one in former.files.all():
            one.pk, one.version = None, newest
            one.save(force_insert=True)
        held.newest, held.state = newest, ResourceState.DRAFT
        held.save(update_fields=["newest", "state"])
        after = {"number": newest.number}
        record_action(user, "renew_resource", held, site=held.site, after=after)
    return newest


def hold(resource: Resource) -> tuple[Resource, ResourceVersion]:
    """The resource and its newest version, locked in this order."""
    held = (
        Resource.objects.select_for_update(of=("self",))
        .select_related("site__school")
        .get(pk=resource.pk)
    )
    newest = held.versions.select_for_update(of=("self",)).order_by("-number")[0]
    held.newest = newest
    return held, newest


def step(
    held: Resource,
    newest: ResourceVersion,
    kind: MoveKind,
    user: User,
    now: dt.datetime,
    *,
    remarks: str = "",
    checked: list[str] | None = None,
) -> None:
    """One step: the state, its row, the journal."""
    before = held.state
    held.state = ResourceState(kind.value)
    ResourceMove.objects.create(
        resource=held,
        number=newest.number,
        kind=kind,
        by=user,
        by_text=str(user),
        at=now,
        remarks=remarks.strip()[:2000],
        checked=checked or [],
    )
    record_action(
        user,
        f"{kind.value}_resource",
        held,
        site=held.site,
        before={"state": before},
        after={"state": held.state, "number": newest.number},
        why=remarks,
    )
