"""One device at a time: entered, and corrected by whoever read its version of today (ADR 039)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError as FormError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.access import can_change, require
from inventory.access.devices import can_keep_some
from inventory.actions.add_device import FIRST, add_device
from inventory.actions.change_device import ChangedMeanwhile, change_device
from inventory.actions.device_writing import FactsRefused, holders_at
from inventory.api.serializers import DeviceSerializer
from inventory.forms.devices import MacField
from inventory.models import CloudMove, Device, DeviceState, Origin, Owner, Product
from inventory.models.devices import code_of
from schools.api.problems import MEDIA_TYPE, ProblemSerializer
from schools.api.strict import StrictSerializer
from schools.api.versions import IF_MATCH, VersionStale, answer_with, etag_of, version_asked
from schools.api.viewsets import caller
from schools.models import Room, Site, User

MOVED = gettext_lazy(
    "Une situation, un local ou une personne changent par un mouvement : sur la fiche de "
    "l’équipement, ou par PATCH /api/v1/devices/bulk/ (situation et local)."
)
STALE = {(code, MEDIA_TYPE): ProblemSerializer for code in (412, 428)}


class MacAddress(serializers.CharField):
    """``00:1a:2b:3c:4d:5e``, in any spelling that labels use."""

    def to_internal_value(self, data: Any) -> Any:
        """As the register writes it; None for none."""
        try:
            return MacField(required=False).clean(super().to_internal_value(data))
        except FormError as error:
            raise serializers.ValidationError(error.messages) from None


class DeviceFacts(StrictSerializer):
    """Facts of a device; only what is sent changes. ``custom``: own fields by key, null empties."""

    elsewhere: ClassVar[dict[str, Any]] = dict.fromkeys(("state", "room", "holder"), MOVED)

    product = serializers.PrimaryKeyRelatedField(
        queryset=Product.objects.all(), required=False, pk_field=serializers.IntegerField()
    )
    name = serializers.CharField(max_length=60, required=False)
    serial = serializers.CharField(max_length=60, required=False, allow_null=True, allow_blank=True)
    asset_number = serializers.CharField(
        max_length=30, required=False, allow_null=True, allow_blank=True
    )
    mac = MacAddress(max_length=40, required=False, allow_null=True, allow_blank=True)
    owner = serializers.ChoiceField(Owner.choices, required=False)
    origin = serializers.ChoiceField(Origin.choices, required=False)
    installed_on = serializers.DateField(required=False, allow_null=True)
    warranty_until = serializers.DateField(required=False, allow_null=True)
    cloud_move = serializers.ChoiceField(CloudMove.choices, required=False)
    cloud_why = serializers.CharField(max_length=300, required=False, allow_blank=True)
    notes = serializers.CharField(max_length=500, required=False, allow_blank=True)
    custom = serializers.DictField(required=False)

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        """Numbers that are unique where they are known: empty is none."""
        return said | {
            name: said[name] or None for name in ("serial", "asset_number", "mac") if name in said
        }


class NewDevice(DeviceFacts):
    """A device to enter. Without ``name`` it gets one; the same ``request_key`` enters one."""

    elsewhere: ClassVar[dict[str, Any]] = {}

    site = serializers.IntegerField(min_value=1)
    product = serializers.PrimaryKeyRelatedField(
        queryset=Product.objects.all(), pk_field=serializers.IntegerField()
    )
    state = serializers.ChoiceField(
        [(one.value, one.label) for one in FIRST], default=DeviceState.INSTALLED.value
    )
    room = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    holder = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    why = serializers.CharField(max_length=300, required=False, allow_blank=True)
    request_key = serializers.UUIDField(required=False)


class WriteMixin:
    """``POST /devices/`` and ``PATCH /devices/{id}/``."""

    @extend_schema(request=NewDevice, responses={201: DeviceSerializer})
    def create(self, request: Request) -> Response:
        """Enter a device, with the ports of its product."""
        user = caller(request)
        require(can_keep_some(user))
        said = _read(NewDevice(data=request.data))
        place = {"state": said["state"], "why": said.get("why", ""), **_named(user, said)}
        code = _code(said.get("request_key"))
        try:
            made = add_device(user, said["site"], said, code=code, **place)
        except FactsRefused as refused:
            raise _told(refused) from None
        made.refresh_from_db(fields=["version", "changed_at"])
        return answer_with(made, DeviceSerializer(made), 201)

    @extend_schema(
        request=DeviceFacts, responses={200: DeviceSerializer, **STALE}, parameters=[IF_MATCH]
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Correct facts of a device, in the version that you read. What is not sent stays."""
        user = caller(request)
        device: Device = self.get_object()  # type: ignore[attr-defined]
        require(can_change(user, device))
        seen = version_asked(request)
        if device.version != seen:
            raise VersionStale(etag_of(device))
        said = _read(DeviceFacts(data=request.data, partial=True))
        if "custom" in said:
            said["custom"] = _merged(device, said)
        try:
            written = change_device(user, device.pk, said, seen=seen)
        except ChangedMeanwhile as meanwhile:
            raise VersionStale(etag_of(meanwhile.device)) from None
        except FactsRefused as refused:
            raise _told(refused) from None
        return answer_with(written, DeviceSerializer(written))


def _read(body: StrictSerializer) -> dict[str, Any]:
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def _merged(device: Device, said: Mapping[str, Any]) -> dict[str, Any]:
    """Own fields as they were, with what was sent over them: the version says they still stand."""
    product = said.get("product", device.product)
    if product.category != device.product.category:
        raise serializers.ValidationError(
            {"custom": [_("Changez d’abord le produit, puis envoyez les champs de sa catégorie.")]}
        )
    return {**device.custom, **said["custom"]}


def _named(user: User, said: Mapping[str, Any]) -> dict[str, Any]:
    """The room and the person that a new device names, as rows. Raises ValidationError."""
    site = Site.objects.visible_to(user).filter(pk=said["site"]).first()
    if site is None:
        raise _strange("site", said, _("choisissez une implantation que vous voyez."))
    found: dict[str, Any] = {}
    if key := said.get("room"):
        found["room"] = Room.objects.visible_to(user).filter(pk=key, site=site).first()
        if found["room"] is None:
            raise _strange("room", said, _("ce local n’est pas de cette implantation."))
    if key := said.get("holder"):
        found["holder"] = holders_at(site).filter(pk=key).first()
        if found["holder"] is None:
            raise _strange(
                "holder", said, _("cette personne n’a pas de fonction dans cette école.")
            )
    return found


def _strange(name: str, said: Mapping[str, Any], why: str) -> serializers.ValidationError:
    return serializers.ValidationError({name: [f"«\u00a0{said[name]}\u00a0»\u00a0: {why}"]})


def _told(refused: FactsRefused) -> serializers.ValidationError:
    """What the action refused, by the fields of the API."""
    return serializers.ValidationError(
        {
            (f"custom.{name[3:]}" if name.startswith("cf_") else name) or "non_field_errors": [why]
            for name, why in refused.errors.items()
        }
    )


def _code(key: UUID | None) -> str:
    """The same request, sent again, has the same label: it adds nothing."""
    return code_of(key.bytes) if key else ""
