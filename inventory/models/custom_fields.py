"""Fields that a category of equipment has of its own; their values stand in ``Device.custom``."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Category
from inventory.rules.custom import Field, FieldKind

KIND_WORDS: dict[str, object] = {
    FieldKind.TEXT: _("texte"),
    FieldKind.NUMBER: _("nombre"),
    FieldKind.DATE: _("date"),
    FieldKind.CHOICE: _("choix"),
    FieldKind.YES_NO: _("oui ou non"),
}
KINDS = [(kind.value, KIND_WORDS[kind]) for kind in FieldKind]


class CustomFieldQuerySet(models.QuerySet["CustomField"]):
    def live(self) -> Self:
        """Those that forms still ask for."""
        return self.filter(archived_at__isnull=True)

    def of_category(self, category: str) -> Self:
        return self.filter(categories__contains=[category])


class CustomField(models.Model):
    """A typed field of some categories (champ propre). Archived instead of deleted: what was
    written under its key stays readable."""

    key = models.CharField(
        _("clé"),
        max_length=30,
        unique=True,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*$", _("Minuscules, chiffres et _."))],
    )
    """In the JSON, in addresses and in files; never changed."""
    categories = ArrayField(
        models.CharField(max_length=16, choices=Category), verbose_name=_("catégories")
    )
    label_fr = models.CharField(_("intitulé"), max_length=60)
    label_de = models.CharField(_("intitulé allemand"), max_length=60, blank=True)
    kind = models.CharField(_("type"), max_length=8, choices=KINDS)
    """Never changed: values of another type are written under its key."""
    required = models.BooleanField(_("obligatoire"), default=False)
    choices = ArrayField(
        models.CharField(max_length=60), verbose_name=_("choix"), default=list, blank=True
    )
    unit = models.CharField(_("unité"), max_length=12, blank=True)
    position = models.PositiveSmallIntegerField(_("ordre"), default=0)
    archived_at = models.DateTimeField(_("archivé le"), null=True, editable=False)

    objects = CustomFieldQuerySet.as_manager()

    class Meta:
        verbose_name = _("champ propre")
        verbose_name_plural = _("champs propres")
        ordering = ["position", "label_fr"]
        constraints = [
            models.CheckConstraint(
                name="custom_field_key_is_plain", condition=Q(key__regex=r"^[a-z][a-z0-9_]*$")
            ),
            models.CheckConstraint(
                name="custom_field_has_a_category", condition=Q(categories__len__gt=0)
            ),
            models.CheckConstraint(
                name="custom_choice_has_choices",
                condition=~Q(kind=FieldKind.CHOICE.value) | Q(choices__len__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """In the reader's language."""
        german = (get_language() or "").startswith("de")
        return (german and self.label_de) or self.label_fr

    def as_field(self) -> Field:
        """The field as a plain value, for the rules."""
        return Field(
            self.key,
            self.label,
            FieldKind(self.kind),
            self.required,
            tuple(self.choices),
            self.unit,
        )
