from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """Another SSH key than the known one is kept, so that a person can compare the two; a device
    that announces changes which do not come is counted."""

    dependencies = [("inventory", "0091_words_of_devices")]
    operations = [
        migrations.AddField(
            "cliaccess",
            "offered_key",
            models.TextField(blank=True, default="", editable=False),
        ),
        migrations.AddField(
            "cliaccess", "offered_key_at", models.DateTimeField(editable=False, null=True)
        ),
        migrations.AddField(
            "cliaccess",
            "false_alarms",
            models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddConstraint(
            "cliaccess",
            models.CheckConstraint(
                name="cli_access_offered_is_another_key",
                condition=Q(offered_key="", offered_key_at=None)
                | (~Q(offered_key="") & ~Q(offered_key=F("host_key")))
                & Q(offered_key_at__isnull=False),
            ),
        ),
    ]
