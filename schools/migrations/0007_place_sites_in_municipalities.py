"""Names of towns become municipalities; the network moves from the PO to its schools.

A name that Statbel does not know (the towns of the demo are fictitious) gets a code of the
province that ends in 900 or more: no real municipality has one.
"""

from typing import Any

from django.db import migrations

FIRST_ARRONDISSEMENT = {
    "brabant-wallon": "25",
    "hainaut": "51",
    "liege": "61",
    "luxembourg": "81",
    "namur": "91",
}


def place(apps: Any, _schema_editor: Any) -> None:
    Municipality = apps.get_model("schools", "Municipality")
    Site = apps.get_model("schools", "Site")
    homeless = Site.objects.filter(municipality=None)
    towns = sorted(set(homeless.values_list("province", "town")))
    for province, town in towns:
        known = Municipality.objects.filter(
            name__iexact=town, province=province, closed_on=None
        ).first()
        if known is None:
            digits = FIRST_ARRONDISSEMENT[province]
            taken = set(
                Municipality.objects.filter(nis_code__startswith=f"{digits}9").values_list(
                    "nis_code", flat=True
                )
            )
            code = next(
                code for code in (f"{digits}{n}" for n in range(900, 1000)) if code not in taken
            )
            known = Municipality.objects.create(nis_code=code, name=town or "Inconnue")
        homeless.filter(province=province, town=town).update(municipality=known)


def carry_networks(apps: Any, _schema_editor: Any) -> None:
    School = apps.get_model("schools", "School")
    for school in School.objects.filter(network=None).select_related("authority").iterator():
        school.network = school.authority.network
        school.save(update_fields=["network"])
    Site = apps.get_model("schools", "Site")
    Site.objects.filter(school__scheme="dg").update(scheme="dg")


class Migration(migrations.Migration):
    dependencies = [("schools", "0006_teachings_and_ise_classes")]
    operations = [
        migrations.RunPython(place, migrations.RunPython.noop),
        migrations.RunPython(carry_networks, migrations.RunPython.noop),
    ]
