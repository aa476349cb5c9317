"""Many devices in one call: ``PATCH /api/v1/devices/bulk/``, with what became of each."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.access.imports import can_import_devices
from inventory.actions.change_many import AT_MOST, NothingWritten, change_many
from inventory.models import CloudMove, DeviceState, Origin, Owner
from schools.api.viewsets import caller
from schools.rules import Refused


class BulkRow(serializers.Serializer[dict[str, Any]]):
    """A device by key, and only what changes. ``version``: as it was read; another is refused."""

    id = serializers.IntegerField()
    version = serializers.IntegerField(required=False)
    name = serializers.CharField(max_length=60, required=False)
    serial = serializers.CharField(max_length=60, required=False, allow_null=True)
    asset_number = serializers.CharField(max_length=30, required=False, allow_null=True)
    mac = serializers.RegexField(r"^([0-9a-f]{2}:){5}[0-9a-f]{2}$", required=False, allow_null=True)
    product = serializers.IntegerField(required=False)
    room = serializers.IntegerField(required=False, allow_null=True)
    state = serializers.ChoiceField(DeviceState.choices, required=False)
    owner = serializers.ChoiceField(Owner.choices, required=False)
    origin = serializers.ChoiceField(Origin.choices, required=False)
    cloud_move = serializers.ChoiceField(CloudMove.choices, required=False)
    installed_on = serializers.DateField(required=False, allow_null=True)
    warranty_until = serializers.DateField(required=False, allow_null=True)
    notes = serializers.CharField(max_length=500, required=False, allow_blank=True)
    custom = serializers.DictField(required=False)


class BulkError(serializers.Serializer[dict[str, str]]):
    """Why a row was refused: which field, a word for programs, a sentence for people."""

    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class BulkResult(serializers.Serializer[Any]):
    """What became of one device."""

    id = serializers.IntegerField()
    status = serializers.ChoiceField(["changed", "unchanged", "refused"])
    version = serializers.IntegerField(allow_null=True)
    errors = BulkError(many=True)  # type: ignore[assignment]


class BulkMixin:
    """The call that changes many devices."""

    @extend_schema(
        request=BulkRow(many=True),
        responses={200: BulkResult(many=True), 409: BulkResult(many=True)},
        parameters=[
            OpenApiParameter(
                "all_or_none", bool, description="409, and nothing written, if a row is refused."
            ),
        ],
    )
    @action(detail=False, methods=["patch"], pagination_class=None, filter_backends=[])
    def bulk(self, request: Request) -> Response:
        """Change up to 1,000 devices; good rows are written, the others say why not."""
        if isinstance(answer := can_import_devices(caller(request)), Refused):
            raise PermissionDenied(answer.why)
        if not isinstance(request.data, list) or len(request.data) > AT_MOST:
            raise serializers.ValidationError(
                {"detail": f"A list of at most {AT_MOST} devices is expected."}
            )
        body = BulkRow(data=request.data, many=True)
        body.is_valid(raise_exception=True)
        strict = request.query_params.get("all_or_none", "") in ("1", "true")
        try:
            results = change_many(caller(request), body.validated_data, all_or_none=strict)
        except NothingWritten as refused:
            return Response(
                BulkResult(refused.results, many=True).data, status=status.HTTP_409_CONFLICT
            )
        return Response(BulkResult(results, many=True).data)
