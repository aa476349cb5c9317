"""What the journal calls the acts on people, their devices and credentials."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PEOPLE: dict[str, str | Promise] = {
    "make_personal_links": _("liens personnels remis"),
    "revoke_personal_links": _("liens personnels révoqués"),
    "make_certificate_authority": _("autorité de certification créée"),
}
