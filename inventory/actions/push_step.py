"""Write to one device, and know what it holds afterwards, whatever happens on the way.

Before the first line is sent, ``wrote_at`` is committed. From then on nothing is assumed: the
device is read back, and what it shows decides. A worker that is killed leaves a lease that ends;
the next one reads, and keeps, puts back, or begins again. No transaction is open while a device is
waited for.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from contextlib import closing, suppress
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from inventory.actions.push_permit import Forbidden, Halted, Overtaken, hold, permit
from inventory.cli.contract import CliError, Dropped, Hung, Rejected, Session, Unreachable
from inventory.models import PushStep, StepState
from inventory.reach import Reach
from inventory.rules.config_lines import changes, is_in_line, secret_lines
from inventory.rules.push import MOST_ATTEMPTS, Finding, judge, try_again_after
from inventory.rules.templates import TemplateRefused, marks_in, with_secrets
from inventory.site_facts import digests_of, secrets_for
from schools.actions.audit import record_action
from schools.live import announce

log = logging.getLogger(__name__)

ARM_MIN = 10
"""Minutes after which a device goes back by itself, where it can."""
RETURNS = 8
"""How often a device that was written to is looked for before a person must go there."""
KNOCKS = 3


class NotShown(CliError):
    """The device took the lines, and does not show them."""


def push_step(step: PushStep, reach: Reach, pause_s: float = 5.0) -> None:
    """Carry out a claimed step to its end, or to where it must wait. Never raises for a device."""
    PushOne(step, reach, pause_s).run()


class PushOne:
    """One attempt at one device, held by ``step.token``."""

    def __init__(self, step: PushStep, reach: Reach, pause_s: float) -> None:
        self.step, self.reach, self.pause_s = step, reach, pause_s
        self.device = step.device
        version = step.plan.template_version
        self.owned, self.grammar = version.owned, version.grammar
        kept = step.secret()
        self.commands, self.wanted, self.base = kept["commands"], kept["wanted"], kept["base"]

    def run(self) -> None:
        """Overtaken by another worker, this one says no more."""
        try:
            if self.step.wrote_at is None:
                self._forward()
            else:
                self._settle(self.step.result)
        except Overtaken:
            return
        except Halted:
            self._put(StepState.WAITING)
        except DatabaseError:
            raise  # nothing can be noted: the lease ends, and another worker reads
        except Exception as error:  # ours, not the device's: it may neither loop nor be silent
            # its kind alone: a text, or a traceback with values, could hold what was to be written
            log.error("Step %s: %s", self.step.pk, type(error).__name__)
            with suppress(Overtaken):
                self._odd(_("Erreur de la plateforme (%s).") % type(error).__name__)

    def _odd(self, said: str) -> None:
        """What was written is looked for again; what was not begun ends."""
        if self.step.wrote_at is None:
            return self._end(StepState.FAILED, _("%s Rien n’a été écrit.") % said)
        return self._look_later(said)

    # --- forward ---

    def _forward(self) -> None:
        """Read, compare with what the difference was made from, write, read back."""
        try:
            lines = with_secrets(self.commands, secrets_for(marks_in(self.commands)))
            session = self.reach.open(self.device)
        except TemplateRefused as refused:
            return self._end(StepState.FAILED, str(refused))
        except (Unreachable, Hung, Dropped) as error:
            return self._queue(str(error))
        except CliError as error:
            return self._end(StepState.FAILED, _("%s Rien n’a été écrit.") % error)
        with closing(session):
            trouble = self._write(session, lines)
        if trouble is not None:
            self._settle(trouble)
        return None

    def _write(self, session: Session, lines: list[str]) -> str | None:
        """What went wrong once lines may have been sent; None: over, one way or the other."""
        try:
            _plain, digest = self.reach.plain(self.device, session.running())
        except CliError as error:
            self._queue(str(error))
            return None
        if digest != self.step.base_hash:
            self._end(
                StepState.MOVED,
                _("Sa configuration a changé depuis la préparation : rien n’a été écrit."),
            )
            return None
        try:
            permit(self.step, "write_configuration")
        except Forbidden as why:
            self._end(StepState.BLOCKED, str(why))
            return None
        try:
            self._arm(session)
            session.configure(lines)
            self._must_show(session)
            with closing(self.reach.open(self.device)):
                pass  # still reachable, now that it is configured
            self._keep(session)
        except CliError as error:
            return str(error)
        except Forbidden as why:
            self._end(StepState.BLOCKED, str(_WRITTEN) % {"why": why})
        return None

    def _arm(self, session: Session) -> None:
        if session.arm(ARM_MIN):
            until = timezone.now() + dt.timedelta(minutes=ARM_MIN)
            hold(self.step, armed_until=until)

    def _must_show(self, session: Session) -> None:
        plain, _digest = self.reach.plain(self.device, session.running())
        if not is_in_line(plain, self.wanted, self.owned, self.grammar):
            raise NotShown(_("L’équipement a reçu les lignes, mais ne les montre pas."))
        hold(self.step)

    def _keep(self, session: Session) -> None:
        """Confirm and save, read once more, and keep what was read."""
        permit(self.step)
        session.confirm()
        running = session.running()
        plain, digest = self.reach.plain(self.device, running)
        if not is_in_line(plain, self.wanted, self.owned, self.grammar):
            raise NotShown(_("L’équipement ne montre plus les lignes après l’enregistrement."))
        secret = secret_lines(self.wanted, self.grammar)
        marks = digests_of(secret, secrets_for(marks_in(secret)))
        self.reach.keep(self.device, running, planned=True)
        self._end(StepState.VERIFIED, "", after_hash=digest, marks=marks)

    # --- after lines may have been sent ---

    def _settle(self, trouble: str) -> None:
        """What the device shows decides: keep, put back, begin again, or look for it later."""
        session = self._knock()
        if session is None:
            return self._look_later(trouble)
        with closing(session):
            try:
                self._settle_in(session, trouble)
            except CliError as error:
                self._look_later(trouble or str(error))
            except Forbidden as why:
                self._end(StepState.BLOCKED, str(_WRITTEN) % {"why": why})

    def _settle_in(self, session: Session, trouble: str) -> None:
        self._arm_again(session)
        plain, digest = self.reach.plain(self.device, session.running())
        asked_back = bool(self.step.after_hash)
        if asked_back and digest not in (self.step.after_hash, self.step.base_hash):
            return self._end(
                StepState.MOVED, _("Sa configuration a changé depuis : elle n’est pas remise.")
            )
        is_base = not changes(plain, self.base, self.owned, self.grammar)
        is_there = is_in_line(plain, self.wanted, self.owned, self.grammar) and not asked_back
        found = judge(is_base=is_base, is_intended=is_there)
        if found is Finding.INTENDED:
            return self._keep(session)
        if found is Finding.BETWEEN:
            self._put_back(session, plain)
        elif not trouble and not asked_back and self.step.attempts < MOST_ATTEMPTS:
            return self._begin_again()
        permit(self.step, unless_stopped=False)
        session.confirm()  # ends a return by itself that may still be armed, and saves
        self._returned(session, trouble)
        return None

    def _arm_again(self, session: Session) -> None:
        """A return by itself that another session armed: this one takes it over, so that its
        confirmation ends it, or a commit that still awaits one."""
        until = self.step.armed_until
        if until is None or until <= timezone.now():
            return
        permit(self.step, unless_stopped=False)
        with suppress(Rejected):
            self._arm(session)

    def _put_back(self, session: Session, plain: list[str]) -> None:
        """Enter what leads from what is shown now to what was there before."""
        back = changes(plain, self.base, self.owned, self.grammar)
        permit(self.step, "return_configuration", unless_stopped=False)
        session.configure(list(back.commands))
        again, _digest = self.reach.plain(self.device, session.running())
        if changes(again, self.base, self.owned, self.grammar):
            raise NotShown(_("Le retour en arrière n’est pas complet."))

    def _returned(self, session: Session, trouble: str) -> None:
        running = session.running()
        _plain, digest = self.reach.plain(self.device, running)
        self.reach.keep(self.device, running, planned=False)
        exact = (
            _("Relu : exactement comme avant.")
            if digest == self.step.base_hash
            else _("Relu : les lignes du modèle sont comme avant, d’autres ont changé.")
        )
        said = f"{trouble.rstrip('.')}. {exact}" if trouble else exact
        self._end(StepState.ROLLED_BACK, said)

    def _begin_again(self) -> None:
        """The interrupted worker had written nothing: the way is the first one."""
        hold(self.step, wrote_at=None)
        self._forward()

    def _knock(self) -> Session | None:
        for knock in range(KNOCKS):
            if knock:
                time.sleep(self.pause_s)
            try:
                return self.reach.open(self.device)
            except CliError:
                hold(self.step)
        return None

    # --- waiting and ending ---

    def _queue(self, said: str) -> None:
        """Nothing was written: it is looked for again until the change expires."""
        after = timezone.now() + try_again_after(self.step.tries)
        self._put(StepState.OFFLINE, said, next_try_at=after, tries=self.step.tries + 1)

    def _look_later(self, trouble: str) -> None:
        """Written to, and out of reach: after its return by itself, or a while."""
        tries = self.step.tries + 1
        if tries >= RETURNS:
            said = _("%s Injoignable depuis l’écriture : prévoyez une visite.") % trouble
            return self._end(StepState.FAILED, said, tries=tries)
        after = timezone.now() + try_again_after(tries)
        if self.step.armed_until is not None:
            after = max(after, self.step.armed_until + dt.timedelta(minutes=1))
        self._put(StepState.RETURNING, trouble, next_try_at=after, tries=tries)
        return None

    def _end(self, state: StepState, result: str, **more: Any) -> None:
        verb = _VERBS.get(state, "push_failed")
        self._put(state, result, verb, ended_at=timezone.now(), armed_until=None, **more)

    def _put(self, state: StepState, result: str = "", verb: str = "", **more: Any) -> None:
        """Write the outcome, if this worker still holds the step, and let go of it."""
        with transaction.atomic():
            mine = PushStep.objects.filter(pk=self.step.pk, token=self.step.token)
            values = {"state": state, "result": result[:500], "token": None, "lease_until": None}
            if not mine.update(**values, **more):
                raise Overtaken
            if verb:
                record_action(
                    None, verb, self.step, site=self.step.site, after={"state": state}, why=result
                )
            announce("push", self.step.plan_id, site=self.step.site_id)


_VERBS = {
    StepState.VERIFIED: "push_verified",
    StepState.ROLLED_BACK: "push_rolled_back",
    StepState.MOVED: "push_moved",
    StepState.BLOCKED: "push_blocked",
}
_WRITTEN = _lazy("%(why)s Des lignes y ont été écrites avant : prévenez l’école.")
