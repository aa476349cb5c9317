"""The head validates, the organising authority countersigns; either takes it back to draft."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.grants.access.calls.lacks import missing_in
from inventory.grants.access.calls.who import can_countersign, can_send, can_validate
from inventory.grants.actions.calls.hold import hold, move
from inventory.grants.models.calls.applications import Application, ApplicationState
from inventory.grants.rules.calls.questions import Missing
from schools.models import User

State = ApplicationState


class Incomplete(DecisionImpossible):
    """Answers are missing: ``missing`` names them, in the order of the form."""

    def __init__(self, missing: list[Missing]) -> None:
        first = "\u00a0; ".join(f"{one.section}, {one.what}" for one in missing[:3])
        super().__init__(_("Le dossier est incomplet. %(first)s") % {"first": first})
        self.missing = missing


def validate_application(user: User, pk: int, now: dt.datetime) -> Application:
    """The head's yes to a complete draft: nobody writes it any more. Twice is once.

    Raises Application.DoesNotExist, DecisionRefused, Incomplete, DecisionImpossible.
    """
    with transaction.atomic():
        application = hold(user, pk)
        require(can_validate(user, application))
        if application.state == State.VALIDATED:
            return application
        _must_be(application, State.DRAFT)
        if missing := missing_in(application, timezone.localdate(now)):
            raise Incomplete(missing)
        application.validated_at, application.validated_by = now, user
        move(user, application, State.VALIDATED, now)
    return application


def countersign_application(user: User, pk: int, now: dt.datetime) -> Application:
    """The signature of the organising authority, after the head's. Twice is once."""
    with transaction.atomic():
        application = hold(user, pk)
        require(can_countersign(user, application))
        if application.state == State.COUNTERSIGNED:
            return application
        _must_be(application, State.VALIDATED)
        application.countersigned_at, application.countersigned_by = now, user
        move(user, application, State.COUNTERSIGNED, now)
    return application


def reopen_application(user: User, pk: int, now: dt.datetime, why: str = "") -> Application:
    """Back to a draft before it is sent: the signatures fall. Twice is once."""
    with transaction.atomic():
        application = hold(user, pk)
        require(can_send(user, application))
        if application.state == State.DRAFT:
            return application
        _must_be(application, State.VALIDATED, State.COUNTERSIGNED)
        unsign(application)
        move(user, application, State.DRAFT, now, why)
    return application


def unsign(application: Application) -> None:
    """The signatures of what is written again no longer hold."""
    application.validated_at = application.validated_by = None
    application.countersigned_at = application.countersigned_by = None


def _must_be(application: Application, *states: ApplicationState) -> None:
    if application.state not in states:
        raise DecisionImpossible(
            _("Ce dossier est «\u00a0%(state)s\u00a0»\u00a0: cela ne se fait plus.")
            % {"state": application.get_state_display()}
        )
