"""Keep the filters of a list under a name, share them, and let them go."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.db import transaction
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from schools.models import RoleKind, SavedView, User

MOST = 30
"""Views of one person on one list."""
OF_THE_PAGE = frozenset({"apres", "page"})
"""Parameters that say where one reads, not what."""
SHARERS = frozenset(
    {
        RoleKind.CENTRAL_TECHNICIAN.value,
        RoleKind.LOCAL_TECHNICIAN.value,
        RoleKind.OFFICER.value,
    }
)
"""Who works in a team on one list. Schools do not share: a name could tell of somebody."""


class ViewRefused(ValueError):
    """A view that cannot be kept; the text says why."""


def plain_query(text: str) -> str:
    """The filters of an address, without the page: the same question, the same text."""
    pairs = parse_qsl(text.removeprefix("?"), max_num_fields=60)
    return urlencode([(key, value) for key, value in pairs if key not in OF_THE_PAGE and value])


def address_of(page: str) -> str:
    """The list's address. Raises ViewRefused where no page of that name is a list."""
    try:
        return reverse(page)
    except NoReverseMatch:
        raise ViewRefused(_("Cette liste n’existe pas.")) from None


@transaction.atomic
def save_view(owner: User, page: str, name: str, query: str, *, shared: bool) -> SavedView:
    """Keep the question under that name; the same name again takes the new question.

    Raises ViewRefused.
    """
    address_of(page)
    said, asked = " ".join(name.split()), plain_query(query)
    if not said:
        raise ViewRefused(_("Donnez un nom à cette vue."))
    if not asked or len(asked) > 1000:
        raise ViewRefused(
            _("Choisissez d’abord un filtre, un tri ou un mot : c’est lui qu’on garde.")
        )
    User.objects.select_for_update().get(pk=owner.pk)  # two tabs
    mine = SavedView.objects.filter(owner=owner, page=page)
    known = mine.filter(name__iexact=said[:40]).first()
    if known is None and mine.count() >= MOST:
        raise ViewRefused(_("Trente vues au plus sur une liste : supprimez-en une."))
    row = known or SavedView(owner=owner, page=page)
    row.name, row.query = said[:40], asked
    row.shared_with = sorted(owner.role_kinds & SHARERS) if shared else []
    row.save()
    return row


def remove_view(owner: User, key: int) -> SavedView | None:
    """Let one's own view go, for everybody. None where it was gone already."""
    row = SavedView.objects.filter(owner=owner, pk=key).first()
    if row is not None:
        SavedView.objects.filter(pk=row.pk).delete()
    return row
