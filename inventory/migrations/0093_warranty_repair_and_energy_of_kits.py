"""What the catalogue says of a version besides its price; a frozen version gets the usual values."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("inventory", "0092_offered_keys_and_false_alarms")]
    operations = [
        migrations.AddField(
            "kitversion",
            "warranty_months",
            models.PositiveSmallIntegerField(default=24, verbose_name="garantie (mois)"),
        ),
        migrations.AddField(
            "kitversion",
            "repairability",
            models.DecimalField(
                blank=True,
                decimal_places=1,
                max_digits=3,
                null=True,
                validators=[MinValueValidator(0), MaxValueValidator(10)],
                verbose_name="indice de réparabilité (sur 10)",
            ),
        ),
        migrations.AddField(
            "kitversion",
            "energy_class",
            models.CharField(
                blank=True,
                choices=[(letter, letter) for letter in "ABCDEFG"],
                default="",
                max_length=1,
                verbose_name="classe énergétique",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "kitversion",
            "annual_kwh",
            models.PositiveIntegerField(
                blank=True, null=True, verbose_name="consommation (kWh par an)"
            ),
        ),
        migrations.AddField(
            "kitversion",
            "support_ends_on",
            models.DateField(
                blank=True, null=True, verbose_name="mises à jour de sécurité jusqu’au"
            ),
        ),
        migrations.AddField(
            "kititem",
            "accessory",
            models.BooleanField(default=False, verbose_name="accessoire"),
        ),
        migrations.AddConstraint(
            "kitversion",
            models.CheckConstraint(
                name="kit_version_repairability",
                condition=Q(repairability=None)
                | Q(repairability__range=(Decimal(0), Decimal(10))),
            ),
        ),
        migrations.AddConstraint(
            "kitversion",
            models.CheckConstraint(
                name="kit_version_warranty", condition=Q(warranty_months__lte=240)
            ),
        ),
    ]
