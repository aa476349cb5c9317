"""Configurations as they were read, of the devices you see; their text is masked."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.access.configuration import can_read_text
from inventory.masked import masked_lines
from inventory.models import ConfigBackup, ConfigDrift
from inventory.rules.configuration import compare
from schools.api.filtering import IdFilter, ScopedFilterSet
from schools.api.viewsets import ScopedViewSet, caller
from schools.rules import Refused


class ConfigBackupSerializer(serializers.ModelSerializer[ConfigBackup]):
    """A version: seen from ``at`` until ``last_seen_at`` at least. ``digest``: of its text."""

    digest = serializers.CharField(source="blob_id", read_only=True)
    lines = serializers.IntegerField(source="blob.lines", read_only=True)

    class Meta:
        model = ConfigBackup
        fields = [
            *("id", "device", "platform", "digest", "lines", "at", "last_seen_at", "reads"),
            *("took_ms", "cause", "actor", "current"),
        ]


class ConfigDriftSerializer(serializers.ModelSerializer[ConfigDrift]):
    """An unplanned change: ``before`` was wanted, ``after`` is shown."""

    class Meta:
        model = ConfigDrift
        fields = [
            *("id", "device", "before", "after", "opened_at", "changed_at", "added", "removed"),
            *("state", "decided_by", "decided_at", "why"),
        ]


class DiffSerializer(serializers.Serializer[dict[str, Any]]):
    """Lines with a sign (``+``, ``-``, a blank); ``@`` stands for that many unchanged ones."""

    before = serializers.IntegerField()
    after = serializers.IntegerField()
    added = serializers.IntegerField()
    removed = serializers.IntegerField()
    lines = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))


class ConfigBackupViewSet(ScopedViewSet[ConfigBackup]):
    """Versions of configurations: when they were seen. Their text is for technicians of the site,
    as a difference whose secrets are masked."""

    class Filters(ScopedFilterSet):
        site = IdFilter(field_name="device__site_id")

        class Meta(ScopedFilterSet.Meta):
            model = ConfigBackup
            fields = ["device", "current", "cause"]

    queryset = ConfigBackup.objects.defer("blob__sealed")
    serializer_class = ConfigBackupSerializer
    filterset_class = Filters
    related = ("blob",)

    @extend_schema(
        parameters=[OpenApiParameter("before", OpenApiTypes.INT, description="Another version.")],
        responses=DiffSerializer,
    )
    @action(detail=True, methods=["get"])
    def diff(self, request: Request, pk: str | None = None) -> Response:
        """This version beside another one of the same device (unless said, the one before)."""
        row = self.get_object()
        answer = can_read_text(caller(request), row.device)
        if isinstance(answer, Refused):
            raise PermissionDenied(answer.why)
        before = self._before(row, str(request.query_params.get("before", "")))
        told = compare(masked_lines(before), masked_lines(row))
        return Response(
            {
                "before": before.pk,
                "after": row.pk,
                "added": told.added,
                "removed": told.removed,
                "lines": [list(line) for line in told.unified()],
            }
        )

    def _before(self, row: ConfigBackup, key: str) -> ConfigBackup:
        others = ConfigBackup.objects.filter(device=row.device_id).select_related("blob")
        if not key:
            return others.filter(at__lt=row.at).order_by("-at", "-pk").first() or row
        found = others.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 18 else None
        if found is None:
            raise serializers.ValidationError({"before": ["Not a version of this device."]})
        return found


class ConfigDriftViewSet(ScopedViewSet[ConfigDrift]):
    """Unplanned changes of configurations."""

    class Filters(ScopedFilterSet):
        site = IdFilter(field_name="device__site_id")

        class Meta(ScopedFilterSet.Meta):
            model = ConfigDrift
            fields = ["device", "state"]

    queryset = ConfigDrift.objects.all()
    serializer_class = ConfigDriftSerializer
    filterset_class = Filters
