from __future__ import annotations

import datetime as dt

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from schools.access import DecisionRefused, can_choose_management, require
from schools.actions.audit import record_action
from schools.actions.give_consent import day_asked
from schools.live import announce, announce_many
from schools.models import Management, ManagementChoice, Site, User


@transaction.atomic
def choose_management(
    user: User, pk: int, mode: str, why: str = "", from_on: dt.date | None = None
) -> ManagementChoice:
    """Say who manages a site's network from a day on, today unless told (M39).

    The newest decision wins from its day on: one that was planned for later falls away. Chosen
    already, the choice in force is returned. Decentralised blocks every central write at midnight
    of that day; supervision goes on. Raises Site.DoesNotExist where unseen, SignatureRefused with
    the reason, DecisionRefused for a day that has passed or a choice that changes nothing.
    """
    seen = Site.objects.visible_to(user).select_for_update(of=("self",))
    site = seen.select_related("school__authority").get(pk=pk)
    require(can_choose_management(user, site))
    wanted, today = Management(mode), timezone.localdate()
    begin = day_asked(from_on, today)
    newest = ManagementChoice.objects.filter(site=site).order_by("-id").first()
    if newest is None and wanted == Management.CENTRAL:
        raise DecisionRefused(_("La gestion de ce réseau est déjà centrale : rien n’a changé."))
    if newest is not None and newest.mode == wanted and newest.from_on <= begin:
        return newest
    choice = ManagementChoice.objects.create(
        site=site,
        mode=wanted,
        from_on=begin,
        why=why[:500],
        chosen_by=user,
        chosen_by_text=user.full_name,
    )
    before = {"management": site.management}
    after = {"management": wanted.value, "from_on": str(begin)}
    record_action(user, "choose_management", choice, site=site, before=before, after=after, why=why)
    announce("management", choice.pk, site=site.pk)
    return choice


_SETTLE = """
UPDATE schools_site site SET management = schools_mode_of(site.id)
WHERE site.id IN (
    SELECT site_id FROM schools_managementchoice
    WHERE from_on BETWEEN %(today)s - 31 AND %(today)s
) AND site.management <> schools_mode_of(site.id)
RETURNING site.id
"""


def settle_management() -> int:
    """Show the choices whose day has come in ``Site.management``: how many sites changed.

    Lists and filters read that column; a write to a device asks ``manages_itself`` and is exact
    whether this has run or not.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SETTLE, {"today": timezone.localdate()})
        changed = [site for (site,) in cursor.fetchall()]
        announce_many([{"topic": "management", "id": site, "site": site} for site in changed])
    return len(changed)
