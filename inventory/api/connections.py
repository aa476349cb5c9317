"""Connections of the sites you see: operators, contracts, offers, lines, register, measures."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.access import require
from inventory.access.connections import can_measure
from inventory.actions.keep_connections import note_speed
from inventory.models import (
    FrameworkContract,
    Infrastructure,
    MeasuredSpeed,
    Method,
    Offer,
    Operator,
    Subscription,
)
from schools.api.filtering import ScopedFilterSet
from schools.api.viewsets import ScopedViewSet, caller, read_body
from schools.models import Site

COUNTED = ("version", "changed_at")


class OperatorSerializer(serializers.ModelSerializer[Operator]):
    """Who brings a line."""

    class Meta:
        model = Operator
        fields = ["id", "name", "phone", "website", *COUNTED]


class FrameworkContractSerializer(serializers.ModelSerializer[FrameworkContract]):
    """A framework contract of the Region."""

    class Meta:
        model = FrameworkContract
        fields = [
            *("id", "reference", "operator", "title", "signed_on", "start_on", "end_on"),
            *COUNTED,
        ]


class OfferSerializer(serializers.ModelSerializer[Offer]):
    """What a contract offers; prices in euros, VAT included."""

    class Meta:
        model = Offer
        fields = [
            *("id", "contract", "name", "technology", "down_mbps", "up_mbps", "price_month"),
            *("price_once", "term_months", "sla_hours", "valid_from", "valid_to", *COUNTED),
        ]


class SubscriptionSerializer(serializers.ModelSerializer[Subscription]):
    """A line of a site."""

    class Meta:
        model = Subscription
        fields = [
            *("id", "site", "operator", "offer", "terms", "role", "technology", "down_mbps"),
            *("up_mbps", "price_month", "price_once", "circuit", "pupils_access", "state"),
            *("asked_on", "start_on", "end_on", "follows", *COUNTED),
        ]


class InfrastructureSerializer(serializers.ModelSerializer[Infrastructure]):
    """What the infrastructure register says of a site."""

    class Meta:
        model = Infrastructure
        fields = [
            *("id", "site", "fibre", "planned_on", "technology", "max_down_mbps", "giga"),
            *("source", "as_of", *COUNTED),
        ]


class MeasuredSpeedSerializer(serializers.ModelSerializer[MeasuredSpeed]):
    """A speed that was measured at a site."""

    class Meta:
        model = MeasuredSpeed
        fields = ["id", "site", "at", "down_mbps", "up_mbps", "method"]


class SpeedRequest(serializers.Serializer[dict[str, Any]]):
    """A measure. Sent twice (same site, moment and method), it is kept once."""

    site = serializers.IntegerField()
    at = serializers.DateTimeField()
    down_mbps = serializers.FloatField(min_value=0, max_value=100_000)
    up_mbps = serializers.FloatField(min_value=0, max_value=100_000)
    method = serializers.ChoiceField(choices=Method.choices, default="probe")


class OperatorViewSet(ScopedViewSet[Operator]):
    """Operators."""

    queryset = Operator.objects.all()
    serializer_class = OperatorSerializer


class FrameworkContractViewSet(ScopedViewSet[FrameworkContract]):
    """Framework contracts of the Region."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = FrameworkContract
            fields = ["operator", "reference"]

    queryset = FrameworkContract.objects.all()
    serializer_class = FrameworkContractSerializer
    filterset_class = Filters


class OfferViewSet(ScopedViewSet[Offer]):
    """Offers of the framework contracts."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Offer
            fields = ["contract", "technology"]

    queryset = Offer.objects.all()
    serializer_class = OfferSerializer
    filterset_class = Filters


class SubscriptionViewSet(ScopedViewSet[Subscription]):
    """Lines of the sites you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Subscription
            fields = ["site", "operator", "offer", "role", "technology", "state"]

    queryset = Subscription.objects.all()
    serializer_class = SubscriptionSerializer
    filterset_class = Filters


class InfrastructureViewSet(ScopedViewSet[Infrastructure]):
    """The infrastructure register of the sites you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Infrastructure
            fields = ["site", "fibre", "giga"]

    queryset = Infrastructure.objects.all()
    serializer_class = InfrastructureSerializer
    filterset_class = Filters


class MeasuredSpeedViewSet(ScopedViewSet[MeasuredSpeed]):
    """Measured speeds of the sites you see; a probe may send its own."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = MeasuredSpeed
            fields = ["site", "method"]

    queryset = MeasuredSpeed.objects.all()
    serializer_class = MeasuredSpeedSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "at")

    @extend_schema(request=SpeedRequest, responses=MeasuredSpeedSerializer)
    def create(self, request: Request) -> Response:
        """Keep a measure: 201; 200 with the first one where it was sent before."""
        said = read_body(SpeedRequest, request)
        seen = Site.objects.visible_to(caller(request)).select_related("school")
        site = seen.filter(pk=said["site"]).first() if abs(said["site"]) < 2**63 else None
        if site is None:
            raise Http404
        require(can_measure(caller(request), site))
        row, new = note_speed(caller(request), site, said)
        return Response(MeasuredSpeedSerializer(row).data, status=201 if new else 200)
