"""Begin a file for a call; choose who writes it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.grants.access.calls.who import can_choose_authors, can_start
from inventory.grants.actions.calls.hold import hold
from inventory.grants.models.calls.applications import (
    Application,
    ApplicationMove,
    ApplicationState,
    CoAuthor,
)
from inventory.grants.models.calls.forms import ReferenceCounter
from inventory.grants.models.calls.published import Call, CallPhase
from schools.actions.audit import record_action
from schools.models import Role, RoleKind, Site, User
from schools.models.people import UserQuerySet

OVER = (
    ApplicationState.WITHDRAWN,
    ApplicationState.INELIGIBLE,
    ApplicationState.REFUSED,
)
"""A file in one of these no longer takes the place of another."""
AGAIN = dt.timedelta(seconds=15)
"""The same person, site and title within this time is a double click."""


def start_application(
    user: User, call_pk: int, site: Site, title: str, now: dt.datetime
) -> Application:
    """A draft under the version in force. A double click gives one.

    Raises Call.DoesNotExist, DecisionRefused, DecisionImpossible where the call is not open or the
    site has its file already.
    """
    require(can_start(user, site))
    call = Call.objects.published().select_related("current__form").get(pk=call_pk)
    with transaction.atomic():
        Site.objects.select_for_update(of=("self",), no_key=True).get(pk=site.pk)
        version = call.current
        if version is None or call.phase(now) != CallPhase.OPEN:
            raise DecisionImpossible(
                _("Cet appel n’est pas ouvert\u00a0: aucun dossier à commencer.")
            )
        there = Application.objects.filter(call=call, site=site).exclude(state__in=OVER)
        twice = there.filter(started_by=user, title=title, started_at__gt=now - AGAIN).first()
        if twice is not None:
            return twice
        if version.per_site and there.count() >= version.per_site:
            raise DecisionImpossible(
                _("L’implantation a déjà son dossier pour cet appel\u00a0: %(reference)s.")
                % {"reference": there.order_by("pk")[0].reference}
            )
        year = timezone.localtime(now).year
        number = ReferenceCounter.take("D", year)
        application = Application.objects.create(
            call=call,
            version=version,
            form=version.form,
            site=site,
            reference=f"D-{year}-{number:04d}",
            title=title.strip()[:160],
            project_head=user,
            started_by=user,
            started_at=now,
            changed_at=now,
        )
        CoAuthor.objects.create(application=application, user=user, added_by=user, added_at=now)
        ApplicationMove.objects.create(
            application=application, at=now, after=application.state, by=user, by_text=str(user)
        )
        record_action(user, "start_application", application, site=site)
    return application


def possible_authors(application: Application) -> UserQuerySet:
    """Contacts and heads in function at the site or its school who do not write it yet."""
    today = timezone.localdate()
    site = application.site
    roles = Role.objects.live(today).filter(kind__in=[RoleKind.CONTACT, RoleKind.HEAD])
    people = roles.filter(site=site) | roles.filter(school=site.school_id)
    writing = application.authors.filter(removed_at=None).values("user")
    found: UserQuerySet = (
        User.objects.get_queryset()
        .known()
        .filter(pk__in=people.values("user"), is_active=True)
        .exclude(pk__in=writing)
        .order_by("full_name", "pk")
    )
    return found


def add_author(user: User, pk: int, other: int, now: dt.datetime) -> CoAuthor:
    """Let a colleague of the school write too. A second click gives the same.

    Raises Application.DoesNotExist, DecisionRefused, DecisionImpossible for who is no colleague.
    """
    with transaction.atomic():
        application = hold(user, pk)
        require(can_choose_authors(user, application))
        if (known := application.authors.filter(user=other, removed_at=None).first()) is not None:
            return known
        person = possible_authors(application).filter(pk=other).first()
        if person is None:
            raise DecisionImpossible(
                _("Un auteur est une personne de contact de l’école. Invitez-la d’abord.")
            )
        row = CoAuthor.objects.create(
            application=application, user=person, added_by=user, added_at=now
        )
        record_action(
            user, "add_author", application, site=application.site, after={"author": str(person)}
        )
    return row


def remove_author(user: User, pk: int, author: int, now: dt.datetime) -> bool:
    """From now on that person reads it no more; what they wrote stays. Never the last one."""
    with transaction.atomic():
        application = hold(user, pk)
        require(can_choose_authors(user, application))
        live = application.authors.filter(removed_at=None)
        row = live.select_related("user").filter(pk=author).first()
        if row is None:
            return False
        if live.count() == 1:
            raise DecisionImpossible(_("Un dossier a au moins un auteur."))
        live.filter(pk=row.pk).update(removed_at=now)
        record_action(
            user,
            "remove_author",
            application,
            site=application.site,
            before={"author": str(row.user)},
        )
    return True
