"""Stock-takings and inventory declarations of the sites you see; scans."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.access import DecisionImpossible, require
from inventory.access.stock import can_count
from inventory.actions.record_scans import AT_MOST, Scanned, record_scans
from inventory.api.observed import DecisionConflict
from inventory.models import Declaration, StockCount, StockFinding, StockTaking
from schools.api.filtering import IdFilter, ScopedFilterSet
from schools.api.viewsets import ScopedViewSet, caller, read_body


class StockTakingSerializer(serializers.ModelSerializer[StockTaking]):
    """A count of a site; ``expected`` is how many devices its snapshot holds."""

    class Meta:
        model = StockTaking
        fields = ["id", "site", "categories", "state", "expected", "opened_at", "closed_at"]


class StockCountSerializer(serializers.ModelSerializer[StockCount]):
    """That a device was seen in a stock-taking, when and where."""

    class Meta:
        model = StockCount
        fields = ["id", "stock_taking", "device", "room", "at"]


class StockFindingSerializer(serializers.ModelSerializer[StockFinding]):
    """A difference that a stock-taking found, and what was decided."""

    class Meta:
        model = StockFinding
        fields = ["id", "stock_taking", "kind", "device", "room", "text", "state", "decided_at"]


class DeclarationSerializer(serializers.ModelSerializer[Declaration]):
    """A version of a site's declaration; ``sha256`` is of what was signed."""

    class Meta:
        model = Declaration
        fields = [
            "id",
            "site",
            "number",
            "kind",
            "on",
            "valid_until",
            "signed_at",
            "why",
            "devices",
            "sha256",
        ]


class ScanRequest(serializers.Serializer[dict[str, Any]]):
    """``key`` makes it idempotent: the same key again changes nothing."""

    key = serializers.UUIDField()
    text = serializers.CharField(max_length=300)
    room = serializers.IntegerField(required=False, allow_null=True, default=None)
    at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class ScansRequest(serializers.Serializer[dict[str, Any]]):
    scans = serializers.ListField(child=ScanRequest(), max_length=AT_MOST)


class ScanAnswer(serializers.Serializer[dict[str, Any]]):
    """``outcome``: seen, moved, back, elsewhere or unknown; ``again``: counted before."""

    key = serializers.UUIDField()
    outcome = serializers.CharField()
    again = serializers.BooleanField()
    device = serializers.IntegerField(allow_null=True)


class StockTakingViewSet(ScopedViewSet[StockTaking]):
    """Stock-takings of the sites you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = StockTaking
            fields = ["site", "state"]

    queryset = StockTaking.objects.all()
    serializer_class = StockTakingSerializer
    filterset_class = Filters
    related = ("site__school",)
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "opened_at")

    @extend_schema(request=ScansRequest, responses=ScanAnswer(many=True))
    @action(detail=True, methods=["post"])
    def scans(self, request: Request, pk: str) -> Response:
        """Count what was scanned. 409 where the stock-taking is over."""
        taking = self.get_object()
        require(can_count(caller(request), taking.site))  # before what was sent is read
        said = read_body(ScansRequest, request)
        try:
            read = record_scans(
                caller(request), taking.pk, [Scanned(**one) for one in said["scans"]]
            )
        except DecisionImpossible as error:
            raise DecisionConflict(str(error)) from error
        return Response(
            [
                {
                    "key": one.key,
                    "outcome": one.outcome,
                    "again": one.again,
                    "device": one.device.pk
                    if one.device and one.device.site_id == taking.site_id
                    else None,
                }
                for one in read
            ]
        )


class StockCountViewSet(ScopedViewSet[StockCount]):
    """What was counted at the sites you see."""

    class Filters(ScopedFilterSet):
        site = IdFilter(field_name="stock_taking__site_id")

        class Meta(ScopedFilterSet.Meta):
            model = StockCount
            fields = ["stock_taking", "device"]

    queryset = StockCount.objects.all()
    serializer_class = StockCountSerializer
    filterset_class = Filters


class StockFindingViewSet(ScopedViewSet[StockFinding]):
    """What stock-takings found at the sites you see."""

    class Filters(ScopedFilterSet):
        site = IdFilter(field_name="stock_taking__site_id")

        class Meta(ScopedFilterSet.Meta):
            model = StockFinding
            fields = ["stock_taking", "device", "kind", "state"]

    queryset = StockFinding.objects.all()
    serializer_class = StockFindingSerializer
    filterset_class = Filters


class DeclarationViewSet(ScopedViewSet[Declaration]):
    """Inventory declarations of the sites you see, every version."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Declaration
            fields = ["site", "kind"]

    queryset = Declaration.objects.defer("content", "situations")
    serializer_class = DeclarationSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "signed_at")
