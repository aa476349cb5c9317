"""Note the prefixes of a site's LAN."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inventory.access import can_decide, require
from inventory.models import Prefix
from inventory.models.addressing import network_of
from schools.actions.audit import record_action
from schools.models import Site, User


@transaction.atomic
def add_prefixes(user: User, site: Site, texts: Iterable[str]) -> list[Prefix]:
    """Add those that the site does not have; single addresses are none. All or nothing.

    Raises DecisionRefused, and ValidationError for what is no prefix or overlaps another one.
    """
    require(can_decide(user, site))
    have = {prefix.cidr for prefix in Prefix.objects.filter(site=site)}
    added = []
    for text in texts:
        network = network_of(text)
        if network.num_addresses == 1 or network in have:
            continue
        try:
            with transaction.atomic():
                prefix = Prefix.objects.create(site=site, cidr=network)
        except IntegrityError:
            raise ValidationError(
                _("%(prefix)s recouvre un préfixe déjà noté, ici ou ailleurs.")
                % {"prefix": network}
            ) from None
        record_action(user, "add_prefix", prefix, site=site, after={"cidr": str(network)})
        added.append(prefix)
    return added
