"""An officer checks a file: valid, to be completed, or not eligible. In a programme without ranking
a valid file is an award."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.grants.access.calls.lacks import verdicts_on
from inventory.grants.access.calls.who import can_check
from inventory.grants.actions.calls.hold import hold, move
from inventory.grants.actions.calls.right import commit_for, void_for
from inventory.grants.actions.calls.sign_application import unsign
from inventory.grants.models.calls.applications import Application, ApplicationState
from inventory.grants.models.calls.awards import Award, AwardedKit
from inventory.grants.models.calls.published import CallMode
from inventory.models import KitVersion
from schools.models import User

State = ApplicationState


def accept_application(user: User, pk: int, now: dt.datetime) -> Award:
    """A valid file of a programme without ranking is awarded what it asks for. Twice is once.

    Raises Application.DoesNotExist, DecisionRefused, DecisionImpossible, Overdrawn.
    """
    with transaction.atomic():
        application = hold(user, pk)
        require(can_check(user, application))
        if application.state == State.AWARDED:
            return Award.objects.get(application=application)
        _must_be_sent(application)
        if application.call.mode != CallMode.ENTITLEMENT:
            raise DecisionImpossible(
                _("Cet appel classe les dossiers\u00a0: la décision suit le classement.")
            )
        if lost := [
            one for one in verdicts_on(application, timezone.localdate(now)) if not one.holds
        ]:
            raise DecisionImpossible(
                _("Une condition n’est plus remplie\u00a0: %(why)s") % {"why": lost[0].why}
            )
        commit_for(application, user, now)
        award = Award.objects.create(
            application=application,
            amount=application.amount,
            decided_at=now,
            decided_by=user,
            decided_by_text=str(user),
        )
        _grant_kits(application, award, now)
        move(user, application, State.AWARDED, now)
    return award


def _grant_kits(application: Application, award: Award, now: dt.datetime) -> None:
    """The versions that were asked for, which no longer change from now on."""
    asked = list(application.asked_kits.all())
    AwardedKit.objects.bulk_create(
        AwardedKit(
            award=award,
            kit_version_id=row.kit_version_id,
            quantity=row.quantity,
            unit_price=row.unit_price,
        )
        for row in asked
    )
    keys = [row.kit_version_id for row in asked]
    KitVersion.objects.filter(pk__in=keys, frozen_at=None).update(frozen_at=now)


def return_application(user: User, pk: int, why: str, now: dt.datetime) -> Application:
    """Give a file back to be completed, with the reason; what it reserved comes free meanwhile.

    Raises as :func:`accept_application`.
    """
    with transaction.atomic():
        application = hold(user, pk)
        require(can_check(user, application))
        _must_be_sent(application)
        if now >= _closes_at(application):
            raise DecisionImpossible(
                _("L’appel est clôturé\u00a0: l’école ne pourrait plus renvoyer son dossier.")
            )
        reason = _reason(why)
        void_for(application, user, now, reason)
        current = application.call.current
        if current is not None:
            application.version, application.form = current, current.form
        unsign(application)
        application.submitted_at = application.submitted_by = None
        application.why = reason
        move(user, application, State.DRAFT, now, reason)
    return application


def refuse_application(user: User, pk: int, why: str, now: dt.datetime) -> Application:
    """Not eligible, with the reason that the school reads; what it reserved comes free.

    Raises as :func:`accept_application`.
    """
    with transaction.atomic():
        application = hold(user, pk)
        require(can_check(user, application))
        if application.state == State.INELIGIBLE:
            return application
        _must_be_sent(application)
        reason = _reason(why)
        void_for(application, user, now, reason)
        application.why = reason
        move(user, application, State.INELIGIBLE, now, reason)
    return application


def _must_be_sent(application: Application) -> None:
    if application.state != State.SUBMITTED:
        raise DecisionImpossible(
            _("Ce dossier est «\u00a0%(state)s\u00a0»\u00a0: il ne se contrôle plus.")
            % {"state": application.get_state_display()}
        )


def _closes_at(application: Application) -> dt.datetime:
    current = application.call.current
    return current.closes_at if current else application.version.closes_at


def _reason(why: str) -> str:
    if not why.strip():
        raise DecisionImpossible(_("Donnez le motif\u00a0: l’école le lit tel quel."))
    return why.strip()[:4000]
