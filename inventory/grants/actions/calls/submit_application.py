"""Send a file, take it back, withdraw it. The clock of the database decides, to the second."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.grants.access.calls.lacks import missing_in, verdicts_on
from inventory.grants.access.calls.who import can_send
from inventory.grants.actions.calls.hold import hold, moment, move
from inventory.grants.actions.calls.right import reserve_for, void_for
from inventory.grants.actions.calls.sent_content import content_of
from inventory.grants.actions.calls.sign_application import Incomplete, unsign
from inventory.grants.models.calls.applications import Application, ApplicationState
from inventory.grants.models.calls.files import Submission
from inventory.grants.rules.calls.eligibility import Verdict
from inventory.models.declarations import fingerprint
from schools.models import User

State = ApplicationState


class TooLate(DecisionImpossible):
    """It arrived at or after the deadline."""


class NotEligible(DecisionImpossible):
    """A condition of the call is not met: ``verdicts`` say which and what to do."""

    def __init__(self, verdicts: list[Verdict]) -> None:
        first = verdicts[0]
        super().__init__(f"{first.why} {first.remedy}".strip())
        self.verdicts = verdicts


def submit_application(user: User, pk: int) -> Submission:
    """Send a file that is signed. A second click gives the first one's proof.

    Raises Application.DoesNotExist, DecisionRefused, TooLate, Incomplete, NotEligible,
    DecisionImpossible where a signature is missing or the drawing right does not suffice.
    """
    with transaction.atomic():
        at = moment()
        application = hold(user, pk)
        require(can_send(user, application))
        if application.state == State.SUBMITTED:
            return application.submissions.order_by("-number")[0]
        _is_signed(application)
        in_time(application, at)
        if missing := missing_in(application, timezone.localdate(at)):
            raise Incomplete(missing)
        if refused := [
            one for one in verdicts_on(application, timezone.localdate(at)) if not one.holds
        ]:
            raise NotEligible(refused)
        content = content_of(application, user, at)
        number = application.submissions.count() + 1
        reserve_for(application, user, number, at)
        application.submitted_at, application.submitted_by = at, user
        application.why = ""
        move(user, application, State.SUBMITTED, at)
        return Submission.objects.create(
            application=application,
            number=number,
            version=application.version,
            at=at,
            by=user,
            by_text=str(user),
            amount=application.amount,
            content=content,
            sha256=fingerprint(content),
        )


def _is_signed(application: Application) -> None:
    if application.state == State.COUNTERSIGNED:
        return
    if application.state == State.VALIDATED:
        if not application.version.countersigned:
            return
        raise DecisionImpossible(
            _("Le pouvoir organisateur n’a pas encore contresigné\u00a0: il le fait ici.")
        )
    if application.state == State.DRAFT:
        raise DecisionImpossible(_("La direction valide d’abord le dossier."))
    raise DecisionImpossible(
        _("Ce dossier est «\u00a0%(state)s\u00a0»\u00a0: il ne s’envoie plus.")
        % {"state": application.get_state_display()}
    )


def in_time(application: Application, at: dt.datetime) -> None:
    """Raises TooLate, with both moments in words."""
    version = application.version
    said = {"at": _told(at), "closes": _told(version.closes_at), "opens": _told(version.opens_at)}
    if at >= version.closes_at:
        raise TooLate(
            _("Trop tard\u00a0: l’appel a clôturé le %(closes)s, votre envoi est arrivé le %(at)s.")
            % said
        )
    if at < version.opens_at:
        raise TooLate(_("Trop tôt\u00a0: l’appel ouvre le %(opens)s.") % said)


def _told(at: dt.datetime) -> str:
    return f"{timezone.localtime(at):%d/%m/%Y, %H:%M:%S}"


def take_back(user: User, pk: int) -> Application:
    """Before the deadline, make a draft again of what was sent; what was sent stays on record.

    Raises Application.DoesNotExist, DecisionRefused, DecisionImpossible.
    """
    with transaction.atomic():
        at = moment()
        application = hold(user, pk)
        require(can_send(user, application))
        if application.state == State.DRAFT:
            return application
        if application.state != State.SUBMITTED:
            raise DecisionImpossible(
                _("Ce dossier est «\u00a0%(state)s\u00a0»\u00a0: il ne se reprend plus.")
                % {"state": application.get_state_display()}
            )
        if at >= application.version.closes_at:
            raise DecisionImpossible(
                _("L’appel est clôturé\u00a0: le dossier ne se reprend plus, il se retire.")
            )
        void_for(application, user, at, _("dossier repris par l’école"))
        _follow_current(application)
        unsign(application)
        application.submitted_at = application.submitted_by = None
        move(user, application, State.DRAFT, at)
    return application


def _follow_current(application: Application) -> None:
    """A draft follows the version in force, whatever was in force when it was sent."""
    current: Any = application.call.current
    if current is not None:
        application.version, application.form = current, current.form


WITHDRAWABLE = (State.DRAFT, State.VALIDATED, State.COUNTERSIGNED, State.SUBMITTED, State.RESERVE)


def withdraw_application(user: User, pk: int, why: str) -> Application:
    """Give the file up, sent or not; what it reserved comes free. Twice is once.

    Raises Application.DoesNotExist, DecisionRefused, DecisionImpossible once it is decided.
    """
    with transaction.atomic():
        at = moment()
        application = hold(user, pk)
        require(can_send(user, application))
        if application.state == State.WITHDRAWN:
            return application
        if application.state not in WITHDRAWABLE:
            raise DecisionImpossible(
                _("Ce dossier est «\u00a0%(state)s\u00a0»\u00a0: il ne se retire plus.")
                % {"state": application.get_state_display()}
            )
        if application.submitted_at is not None:
            void_for(application, user, at, _("dossier retiré par l’école"))
        application.why = why.strip()[:4000]
        move(user, application, State.WITHDRAWN, at, application.why)
    return application
