"""Planned changes of configurations: what would be written where, who agreed, what came of it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models.counted import Counted
from inventory.models.devices import Device
from inventory.models.templates import TECHNICIANS, ConfigTemplate, TemplateVersion
from inventory.rules.push import LIVE, OPEN
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q
from schools.sealed import seal, unseal


class PushState(models.TextChoices):
    DRAFT = "draft", _("brouillon")
    SUBMITTED = "submitted", _("attend une approbation")
    APPROVED = "approved", _("approuvé")
    CANARY = "canary", _("première implantation")
    HELD = "held", _("en observation")
    WAVES = "waves", _("vagues")
    DONE = "done", _("terminé")
    STOPPED = "stopped", _("arrêté")
    RETURNING = "returning", _("retour en arrière")
    RETURNED = "returned", _("remis comme avant")
    REFUSED = "refused", _("refusé")
    DROPPED = "dropped", _("abandonné")
    EXPIRED = "expired", _("échu")


class StepState(models.TextChoices):
    WAITING = "waiting", _("attend son tour")
    OFFLINE = "offline", _("hors ligne, en file")
    PUSHING = "pushing", _("en cours d’écriture")
    VERIFIED = "verified", _("écrit et relu")
    FAILED = "failed", _("en échec")
    RETURNING = "returning", _("retour en arrière")
    ROLLED_BACK = "rolled_back", _("remis comme avant")
    MOVED = "moved", _("a changé entre-temps")
    BLOCKED = "blocked", _("géré par l’école")
    SKIPPED = "skipped", _("laissé de côté")
    DROPPED = "dropped", _("abandonné")


class PushPlanQuerySet(models.QuerySet["PushPlan"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Technicians: plans that touch a site where they work. A school sees its panel instead."""
        scope = scope_of(user, TECHNICIANS)
        if scope.region:
            return self
        steps = PushStep.objects.filter(sites_q(scope, "site"), plan=OuterRef("pk"))
        return self.filter(Exists(steps))

    def live(self) -> Self:
        return self.filter(state__in=LIVE)


class PushPlan(Counted):
    """A change of configuration (changement): one version of a template, for some devices."""

    title = models.CharField(_("objet"), max_length=120)
    why = models.CharField(_("motif"), max_length=500, blank=True)
    template_version = models.ForeignKey(
        TemplateVersion, models.PROTECT, verbose_name=_("modèle"), related_name="plans"
    )
    state = models.CharField(_("état"), max_length=10, choices=PushState, default=PushState.DRAFT)
    author = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("préparé par"), related_name="+"
    )
    made_at = models.DateTimeField(_("préparé le"), default=timezone.now)
    submitted_at = models.DateTimeField(_("soumis le"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User,
        models.PROTECT,
        verbose_name=_("décidé par"),
        related_name="+",
        null=True,
        blank=True,
    )
    decided_at = models.DateTimeField(_("décidé le"), null=True, blank=True)
    decision = models.CharField(_("remarque de la décision"), max_length=500, blank=True)
    canary_site = models.ForeignKey(
        Site, models.PROTECT, verbose_name=_("première implantation"), related_name="+"
    )
    hold_min = models.PositiveSmallIntegerField(_("minutes d’observation"), default=15)
    expires_at = models.DateTimeField(_("échéance"))
    wave = models.PositiveSmallIntegerField(_("vague"), default=0)
    held_since = models.DateTimeField(_("en observation depuis"), null=True, blank=True)
    started_at = models.DateTimeField(_("commencé le"), null=True, blank=True)
    ended_at = models.DateTimeField(_("fini le"), null=True, blank=True)
    stopped_why = models.CharField(_("motif de l’arrêt"), max_length=500, blank=True)
    replaces = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("refait"),
        related_name="remakes",
        null=True,
        blank=True,
    )

    objects = PushPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("changement de configuration")
        verbose_name_plural = _("changements de configuration")
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="push_approved_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("author")),
            ),
            models.CheckConstraint(
                name="push_runs_only_approved",
                condition=Q(state__in=["draft", "submitted", "dropped", "expired"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["-made_at", "-id"], name="push_newest"),
            models.Index(
                fields=["id"],
                condition=Q(state__in=["canary", "held", "waves", "returning"]),
                name="push_live",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def template(self) -> ConfigTemplate:
        return self.template_version.template

    @property
    def hold(self) -> dt.timedelta:
        return dt.timedelta(minutes=self.hold_min)


class PushStepQuerySet(models.QuerySet["PushStep"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Technicians, at the sites where they work."""
        return self.filter(sites_q(scope_of(user, TECHNICIANS), "site"))

    def open(self) -> Self:
        """Those that hold their device."""
        return self.filter(state__in=OPEN)

    def held(self, now: dt.datetime) -> Self:
        """Those that a worker is busy with."""
        return self.filter(lease_until__gte=now)


class PushStep(models.Model):
    """One device of a plan: from which configuration, what would be written, what came of it."""

    plan = models.ForeignKey(PushPlan, models.CASCADE, related_name="steps")
    device = models.ForeignKey(Device, models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    wave = models.PositiveSmallIntegerField(_("vague"), default=0)
    state = models.CharField(_("état"), max_length=12, choices=StepState, default=StepState.WAITING)
    base_hash = models.CharField(_("empreinte de départ"), max_length=64, blank=True)
    """Of the running configuration, volatile lines stripped, that the difference was made from."""
    base_at = models.DateTimeField(_("configuration lue le"), null=True, blank=True)
    diff = models.JSONField(_("différence"), default=list)
    """Signs and lines, secrets masked: what people read."""
    sealed = models.TextField(editable=False, blank=True, default="")
    """Lines to write (secrets as marks) and the owned part as it was, which may show secrets."""
    marks = models.JSONField(editable=False, default=dict)
    """Wanted line with a secret → keyed digest of the secret that was written and read back."""
    result = models.CharField(_("résultat"), max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0)
    tries = models.PositiveSmallIntegerField(_("recherches"), default=0)
    """How often it was looked for in vain."""
    next_try_at = models.DateTimeField(_("prochain essai"), null=True, blank=True)
    token = models.UUIDField(editable=False, null=True, default=None)
    """Of the worker that holds it: another one's writes are refused."""
    lease_until = models.DateTimeField(editable=False, null=True, default=None)
    wrote_at = models.DateTimeField(_("écrit le"), null=True, blank=True)
    """Set before the first line is sent: from here on, only reading back tells what is there."""
    armed_until = models.DateTimeField(_("retour automatique"), null=True, blank=True)
    after_hash = models.CharField(_("empreinte après"), max_length=64, blank=True)
    started_at = models.DateTimeField(_("commencé le"), null=True, blank=True)
    ended_at = models.DateTimeField(_("fini le"), null=True, blank=True)

    objects = PushStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("équipement d’un changement")
        verbose_name_plural = _("équipements des changements")
        ordering = ["plan", "wave", "site", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "device"], name="push_device_once_per_plan"),
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(state__in=["waiting", "offline", "pushing", "returning"]),
                name="push_one_open_step_per_device",
            ),
            models.UniqueConstraint(
                fields=["site"],
                condition=Q(lease_until__isnull=False),
                name="push_one_device_of_a_site_at_a_time",
            ),
            models.CheckConstraint(
                name="push_pushing_is_held",
                condition=~Q(state="pushing") | Q(token__isnull=False, lease_until__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["plan", "wave", "state"], name="push_by_wave")]

    def __str__(self) -> str:
        return f"{self.device} · {self.get_state_display()}"

    def store(self, commands: list[str], wanted: list[str], base: list[str]) -> None:
        """Seal what will be written and where the device came from. The row is not saved."""
        self.sealed = seal({"commands": commands, "wanted": wanted, "base": base})

    def secret(self) -> dict[str, list[str]]:
        """``commands``, ``wanted`` and ``base``, as lines."""
        opened: dict[str, Any] = unseal(self.sealed) if self.sealed else {}
        return {key: list(opened.get(key, [])) for key in ("commands", "wanted", "base")}

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def added(self) -> int:
        return sum(sign == "+" for sign, _line in self.diff)

    @property
    def removed(self) -> int:
        return sum(sign == "-" for sign, _line in self.diff)


def new_token() -> uuid.UUID:
    return uuid.uuid4()
