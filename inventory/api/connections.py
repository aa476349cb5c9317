"""Connections of the sites you see: operators, contracts, offers, lines, register, measures."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.access import require
from inventory.access.connections import can_cancel_line, can_measure, can_opt_in
from inventory.actions.keep_connections import note_speed
from inventory.actions.move_line import ask_line, move_line
from inventory.api.connections_writing import (
    KeptView,
    LineRequest,
    MoveRequest,
    told,
)
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
from schools.api.versions import IF_MATCH, VersionedView, answer_with, version_asked
from schools.api.viewsets import ScopedViewSet, caller, read_body
from schools.models import Site

COUNTED = ("version", "changed_at")


def _site(request: Request, pk: int) -> Site:
    """The site, if the caller sees it; 404 otherwise."""
    seen = Site.objects.visible_to(caller(request)).select_related("school")
    site = seen.filter(pk=pk).first() if abs(pk) < 2**63 else None
    if site is None:
        raise Http404
    return site


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


class OperatorViewSet(KeptView, ScopedViewSet[Operator]):
    """Operators; officers keep them."""

    queryset = Operator.objects.all()
    serializer_class = OperatorSerializer


class FrameworkContractViewSet(KeptView, ScopedViewSet[FrameworkContract]):
    """Framework contracts of the Region; officers keep them."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = FrameworkContract
            fields = ["operator", "reference"]

    queryset = FrameworkContract.objects.all()
    serializer_class = FrameworkContractSerializer
    filterset_class = Filters


class OfferViewSet(KeptView, ScopedViewSet[Offer]):
    """Offers of the framework contracts; once a school took one, ``valid_to`` alone changes."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Offer
            fields = ["contract", "technology"]

    queryset = Offer.objects.all()
    serializer_class = OfferSerializer
    filterset_class = Filters
    fixed = ("contract",)


class SubscriptionViewSet(VersionedView, ScopedViewSet[Subscription]):
    """Lines of the sites you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Subscription
            fields = ["site", "operator", "offer", "role", "technology", "state"]

    queryset = Subscription.objects.all()
    serializer_class = SubscriptionSerializer
    filterset_class = Filters

    @extend_schema(request=LineRequest, responses={201: SubscriptionSerializer})
    def create(self, request: Request) -> Response:
        """Ask for a line, as the head or the PO. 409 where one is awaited already."""
        said = read_body(LineRequest, request)
        user, site = caller(request), _site(request, said.pop("site"))
        require(can_opt_in(user, site))
        row = told(lambda: ask_line(user, site, said, timezone.localdate()))
        row.refresh_from_db()
        return answer_with(row, self.get_serializer(row), 201)

    @extend_schema(request=MoveRequest, responses=SubscriptionSerializer, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:
        """Order, activate, end or cancel a line. 412 where somebody was faster."""
        user, row = caller(request), self.get_object()
        require(can_cancel_line(user, row.site))
        seen = version_asked(request)
        said = read_body(MoveRequest, request)
        today = timezone.localdate()
        told(lambda: move_line(user, row, **said, seen=seen, today=today))
        row.refresh_from_db()
        return answer_with(row, self.get_serializer(row))


class InfrastructureViewSet(VersionedView, ScopedViewSet[Infrastructure]):
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
        site = _site(request, said["site"])
        require(can_measure(caller(request), site))
        row, new = note_speed(caller(request), site, said)
        return Response(MeasuredSpeedSerializer(row).data, status=201 if new else 200)
