"""A planned change in words: one sentence, badges, what one may do and its consequence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from inventory.access.push import can_decide_on_plan, can_prepare
from inventory.actions.drive_push import can_be_remade
from inventory.models import PushPlan, PushState, PushStep, StepState
from schools.models import User
from schools.rules import Refused

Text = str | Promise

PLAN_BADGES: dict[str, tuple[str, str]] = {
    "draft": ("unknown", "pencil"),
    "submitted": ("suspect", "hourglass"),
    "approved": ("planned", "checks"),
    "canary": ("recover", "player-play"),
    "held": ("suspect", "eye"),
    "waves": ("recover", "player-play"),
    "done": ("ok", "circle-check"),
    "stopped": ("down", "hand-stop"),
    "returning": ("recover", "arrow-back-up"),
    "returned": ("effect", "arrow-back-up"),
    "refused": ("unknown", "x"),
    "dropped": ("unknown", "x"),
    "expired": ("unknown", "calendar-x"),
}
"""State of a plan → state of the kit, icon."""
STEP_BADGES: dict[str, tuple[str, str]] = {
    "waiting": ("unknown", "hourglass"),
    "offline": ("suspect", "plug-off"),
    "pushing": ("recover", "upload"),
    "verified": ("ok", "circle-check"),
    "failed": ("down", "alert-octagon"),
    "returning": ("recover", "arrow-back-up"),
    "rolled_back": ("effect", "arrow-back-up"),
    "moved": ("degraded", "git-compare"),
    "blocked": ("unknown", "lock"),
    "skipped": ("unknown", "minus"),
    "dropped": ("unknown", "x"),
}
ADVICE: dict[str, Text] = {
    "offline": gettext_lazy("Il sera écrit dès qu’il répondra, jusqu’à l’échéance."),
    "failed": gettext_lazy("Corrigez la cause, puis réessayez cet équipement."),
    "rolled_back": gettext_lazy("Corrigez le modèle et refaites le changement, ou réessayez."),
    "moved": gettext_lazy("Sauvegardez sa configuration, puis refaites le changement pour lui."),
    "blocked": gettext_lazy("Rien à faire ici : appelez le contact de l’école."),
}
"""What to do about a device, by its state."""


@dataclass(frozen=True, slots=True)
class Badge:
    """A state as the kit shows it."""

    state: str
    icon: str
    word: str


def plan_badge(plan: PushPlan) -> Badge:
    state, icon = PLAN_BADGES[plan.state]
    return Badge(state, icon, str(plan.get_state_display()))


def step_badge(step: PushStep) -> Badge:
    state, icon = STEP_BADGES[step.state]
    return Badge(state, icon, str(step.get_state_display()))


def summary_of(plan: PushPlan, steps: Sequence[PushStep]) -> str:
    """What it does, in one sentence."""
    changed = [step for step in steps if step.state not in (StepState.SKIPPED, StepState.BLOCKED)]
    added, removed = sum(s.added for s in changed), sum(s.removed for s in changed)
    devices = ngettext("%d équipement", "%d équipements", len(changed)) % len(changed)
    sites = len({step.site_id for step in changed})
    places = ngettext("%d implantation", "%d implantations", sites) % sites
    said = _("%(devices)s de %(places)s : %(added)d lignes ajoutées, %(removed)d retirées.") % {
        "devices": devices,
        "places": places,
        "added": added,
        "removed": removed,
    }
    alone = sum(step.state == StepState.BLOCKED for step in steps)
    if alone:
        said += (
            " "
            + ngettext(
                "%d équipement n’est pas touché : réseau géré par l’école ou accord manquant.",
                "%d équipements ne sont pas touchés : réseau géré par l’école ou accord manquant.",
                alone,
            )
            % alone
        )
    return said


@dataclass(frozen=True, slots=True)
class Tally:
    """How many devices of a wave stand where."""

    number: int
    title: str
    counts: dict[str, int]
    done: int
    total: int


def tallies(plan: PushPlan, steps: Sequence[PushStep]) -> list[Tally]:
    """The first site, then each wave: badge states for the bar, and how many are written."""
    found = []
    kept = [step for step in steps if step.state not in (StepState.SKIPPED, StepState.BLOCKED)]
    for wave in sorted({step.wave for step in kept}):
        here = [step for step in kept if step.wave == wave]
        title = _("Première implantation") if wave == 0 else _("Vague %d") % wave
        counts = Counter(STEP_BADGES[step.state][0] for step in here)
        done = sum(step.state == StepState.VERIFIED for step in here)
        found.append(Tally(wave, title, dict(counts), done, len(here)))
    return found


@dataclass(frozen=True, slots=True)
class Deed:
    """A button: what it is called in the address, what it says, and the consequence it names."""

    key: str
    label: str
    icon: str
    consequence: str
    primary: bool = False
    danger: bool = False
    asks_why: bool = False


def deeds_for(user: User, plan: PushPlan) -> list[Deed]:
    """What this person may do with the plan now."""
    if isinstance(can_prepare(user), Refused):
        return []
    found = list(_DEEDS.get(plan.state, ()))
    if plan.state == PushState.SUBMITTED and isinstance(can_decide_on_plan(user, plan), Refused):
        found = [deed for deed in found if deed.key == "reprendre"]
    elif plan.state == PushState.SUBMITTED:
        found = [deed for deed in found if deed.key != "reprendre"]
    over = plan.state in (PushState.DONE, PushState.STOPPED, PushState.EXPIRED)
    if over and not plan.steps.filter(state=StepState.VERIFIED).exists():
        found = [deed for deed in found if deed.key != "revenir"]
    shown = [Deed(*_said(deed)) for deed in found]
    if can_be_remade(plan):
        said = _("Un nouveau brouillon reprend les équipements restants, relus et recalculés.")
        shown.insert(0, Deed("refaire", _("Refaire le changement"), "refresh", said, primary=True))
    return shown


def why_not(user: User, plan: PushPlan) -> str:
    """Why a person who waits for a button does not get it."""
    if plan.state != PushState.SUBMITTED:
        return ""
    answer = can_decide_on_plan(user, plan)
    return answer.why if isinstance(answer, Refused) else ""


@dataclass(frozen=True, slots=True)
class _Offer:
    key: str
    label: Text
    icon: str
    consequence: Text
    primary: bool = False
    danger: bool = False
    asks_why: bool = False


def _said(offer: _Offer) -> tuple[str, str, str, str, bool, bool, bool]:
    words = (offer.key, str(offer.label), offer.icon, str(offer.consequence))
    return (*words, offer.primary, offer.danger, offer.asks_why)


_DROP = _Offer(
    "abandonner",
    gettext_lazy("Abandonner"),
    "trash",
    gettext_lazy("Rien ne sera écrit. Les équipements redeviennent libres."),
)
_STOP = _Offer(
    "arreter",
    gettext_lazy("Arrêter"),
    "hand-stop",
    gettext_lazy("Plus aucun équipement ne sera écrit. Ceux qui le sont déjà le restent."),
    danger=True,
    asks_why=True,
)
_RETURN = _Offer(
    "revenir",
    gettext_lazy("Tout remettre comme avant"),
    "arrow-back-up",
    gettext_lazy("Chaque équipement déjà écrit reçoit les lignes inverses, puis est relu."),
    danger=True,
    asks_why=True,
)
_DEEDS: dict[str, tuple[_Offer, ...]] = {
    "draft": (
        _Offer(
            "soumettre",
            gettext_lazy("Soumettre à une autre personne"),
            "send",
            gettext_lazy("Le changement ne se modifie plus. Un autre technicien doit l’approuver."),
            primary=True,
        ),
        _DROP,
    ),
    "submitted": (
        _Offer(
            "approuver",
            gettext_lazy("Approuver"),
            "check",
            gettext_lazy("Le changement pourra commencer. Rien n’est encore écrit."),
            primary=True,
        ),
        _Offer(
            "refuser",
            gettext_lazy("Refuser"),
            "x",
            gettext_lazy("Rien ne sera écrit. Dites ce qu’il faut changer."),
            asks_why=True,
        ),
        _Offer(
            "reprendre",
            gettext_lazy("Reprendre"),
            "arrow-back-up",
            gettext_lazy("Le changement redevient un brouillon."),
        ),
    ),
    "approved": (
        _Offer(
            "commencer",
            gettext_lazy("Commencer par la première implantation"),
            "player-play",
            gettext_lazy(
                "La première implantation est écrite maintenant ; son réseau peut se couper"
                " quelques secondes."
            ),
            primary=True,
        ),
        _DROP,
    ),
    "canary": (_STOP,),
    "held": (
        _Offer(
            "continuer",
            gettext_lazy("Passer aux vagues"),
            "player-track-next",
            gettext_lazy("L’observation s’arrête : la première vague commence maintenant."),
            primary=True,
        ),
        _STOP,
    ),
    "waves": (_STOP,),
    "done": (_RETURN,),
    "stopped": (_RETURN,),
    "expired": (_RETURN,),
}


def told_next(plan: PushPlan) -> str:
    """What comes next, in one line."""
    if plan.state == PushState.HELD and plan.held_since is not None:
        until = timezone.localtime(plan.held_since + plan.hold).strftime("%H:%M")
        return _("La première vague commence à %s, si rien ne tombe en panne.") % until
    if plan.state == PushState.STOPPED:
        return plan.stopped_why
    return {
        "draft": _("Relisez les différences, puis soumettez."),
        "submitted": _("Attend qu’une autre personne approuve."),
        "approved": _("Prêt. Rien n’est encore écrit."),
        "canary": _("La première implantation est en cours d’écriture."),
        "waves": _("Vague %d en cours.") % plan.wave,
        "returning": _("Les équipements sont remis comme avant."),
        "refused": plan.decision,
    }.get(plan.state, "")
