"""Write down a site's network: add, change and remove a VLAN, a prefix, an address, a rack…"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models.deletion import ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from inventory.access import require
from inventory.access.network import can_keep_network
from inventory.models import Ssid
from inventory.network_words import Text, refusal_of
from schools.actions.audit import record_action
from schools.audited_admin import HIDDEN
from schools.live import announce
from schools.models import Site, User

M = TypeVar("M", bound=models.Model)
SECRET = "passphrase"  # noqa: S105 - the name of a field


class NetworkRefused(Exception):
    """What cannot be written as things stand: ``field`` (empty: the whole) and the words."""

    def __init__(self, field: str, words: Text) -> None:
        super().__init__(str(words))
        self.field = field


class ChangedMeanwhile(NetworkRefused):
    """Somebody wrote the row since it was read; ``row`` is as it stands."""

    def __init__(self, row: Any) -> None:
        super().__init__("", _("Quelqu’un l’a modifié entre-temps. Relisez, puis recommencez."))
        self.row = row


def add_row(user: User, site: Site, row: M, values: Mapping[str, Any]) -> M:
    """Write a new row of the site. Raises DecisionRefused and NetworkRefused."""
    require(can_keep_network(user, site))
    with transaction.atomic():
        _set(row, values)
        after = _told(values)
        _write(lambda: _save(row, values))
        record_action(user, f"add_{_name(row)}", row, site=site, after=after)
        announce("network", row.pk, site=site.pk)
    return row


def change_row(user: User, site: Site, row: M, values: Mapping[str, Any], *, seen: int) -> M:
    """Change a row that was read in version ``seen``; unchanged, nothing is written.

    Raises DecisionRefused; ChangedMeanwhile; NetworkRefused where it was removed meanwhile.
    """
    require(can_keep_network(user, site))
    with transaction.atomic():
        fresh = type(row)._default_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
        if fresh is None:
            raise NetworkRefused("", _("Quelqu’un vient de le retirer\u00a0: rien à modifier."))
        if fresh.version != seen:  # type: ignore[attr-defined]
            raise ChangedMeanwhile(fresh)
        before = {name: _plain(_get(fresh, name)) for name in values}
        after = _told(values)
        changed = [name for name in values if before[name] != after[name]]
        if changed:
            _set(fresh, values)
            _write(lambda: _save(fresh, values))
            record_action(
                user,
                f"change_{_name(fresh)}",
                fresh,
                site=site,
                before={name: before[name] for name in changed},
                after={name: after[name] for name in changed},
            )
            announce("network", fresh.pk, site=site.pk)
    return fresh


def remove_row(user: User, site: Site, row: models.Model) -> None:
    """Take it out of the register. Raises DecisionRefused, NetworkRefused where it still serves."""
    require(can_keep_network(user, site))
    with transaction.atomic():
        gone = type(row)._default_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
        if gone is None:
            return  # a second click
        record_action(user, f"delete_{_name(gone)}", gone, site=site, before=_all(gone))
        _write(gone.delete)
        announce("network", row.pk, site=site.pk)


def _name(row: models.Model) -> str:
    return str(row._meta.model_name)


def _write(step: Callable[[], object]) -> None:
    """Do it; what the database refuses becomes words."""
    try:
        with transaction.atomic():
            step()
    except (ProtectedError, RestrictedError) as error:
        users = error.args[1] if len(error.args) > 1 else ()
        named = ", ".join(sorted({str(one) for one in users})[:5])
        raise NetworkRefused(
            "", _("Il sert encore à %(named)s\u00a0: changez-les d’abord.") % {"named": named}
        ) from None
    except IntegrityError as error:
        if (refusal := refusal_of(error)) is None:
            raise
        raise NetworkRefused(*refusal) from None


def _set(row: models.Model, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name == SECRET:
            if value and isinstance(row, Ssid):
                row.set_passphrase(value)
        elif not _is_many(row, name):
            setattr(row, name, value)
    if isinstance(row, Ssid) and not row.is_personal:
        row.set_passphrase("")


def _save(row: models.Model, values: Mapping[str, Any]) -> None:
    row.save()
    for name, value in values.items():
        if name != SECRET and _is_many(row, name):
            getattr(row, name).set(value)


def _is_many(row: models.Model, name: str) -> bool:
    return bool(row._meta.get_field(name).many_to_many)


def _get(row: models.Model, name: str) -> Any:
    if name == SECRET:
        return ""
    return getattr(row, name).all() if _is_many(row, name) else getattr(row, name)


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: _plain(value) for name, value in values.items()}
    if SECRET in told:
        told[SECRET] = HIDDEN if told[SECRET] else ""
    return told


def _all(row: models.Model) -> dict[str, Any]:
    return {
        field.name: _plain(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.name not in {"id", "sealed", "version", "changed_at", "words", "plain"}
    }


def _plain(value: Any) -> Any:
    """A value as the journal keeps it."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, list | tuple | models.QuerySet):
        return sorted(str(one) for one in value)
    return str(value)
