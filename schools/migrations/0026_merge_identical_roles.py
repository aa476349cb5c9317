"""A role that stood twice at the same time becomes one row, from the first day to the last."""

from typing import Any

from django.db import migrations

SCOPE = ("user_id", "kind", "region", "province", "authority_id", "school_id", "site_id")


def merge(apps: Any, _schema_editor: Any) -> None:
    Role = apps.get_model("schools", "Role")
    kept = None
    for role in Role.objects.order_by(*SCOPE, "from_on", "pk").iterator():
        same = kept is not None and all(getattr(kept, f) == getattr(role, f) for f in SCOPE)
        if not same or (kept.to_on is not None and kept.to_on < role.from_on):
            kept = role
            continue
        if kept.to_on is not None and (role.to_on is None or role.to_on > kept.to_on):
            kept.to_on = role.to_on
            kept.save(update_fields=["to_on"])
        role.delete()


class Migration(migrations.Migration):
    dependencies = [("schools", "0025_invitations_and_who_granted")]
    operations = [migrations.RunPython(merge, migrations.RunPython.noop)]
