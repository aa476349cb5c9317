"""Plain words for measured faults: what a ticket is called."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import override

from helpdesk.reach import Touched
from inventory.models import Category
from schools.models import Community
from supervision.models import Incident


def fault_title(incident: Incident, touched: Touched) -> str:
    """A title in the school's language, e.g. ``Commutateur SW-B1 injoignable``."""
    german = incident.site.school.community == Community.DG
    with override("de" if german else "fr"):
        return _in_words(incident, touched)[:200]


def _in_words(incident: Incident, touched: Touched) -> str:
    what = str(Category(incident.device.product.category).label)
    name = f"{what[0].upper()}{what[1:]} {incident.device.name}"
    if incident.severity == "degraded":
        return _("%(device)s en difficulté") % {"device": name}
    if incident.check_row.key == "reachability":
        return _("%(device)s injoignable") % {"device": name}
    return _("%(device)s en panne") % {"device": name}
