"""The API of the market, orders and deliveries; suppliers read theirs and answer here."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.access import DecisionImpossible, require
from inventory.actions.device_writing import FactsRefused
from inventory.api.observed import DecisionConflict
from inventory.grants.access.orders import can_speak_for
from inventory.grants.actions.orders.claim_warranty import answer_claim
from inventory.grants.actions.orders.hear_supplier import Said, hear_supplier
from inventory.grants.actions.orders.told import told_order
from inventory.grants.models.orders.deliveries import (
    Reception,
    Shipment,
    ShipmentLine,
    ShippedPiece,
)
from inventory.grants.models.orders.market import MarketLot, Supplier
from inventory.grants.models.orders.members import Membership
from inventory.grants.models.orders.purchases import Order, OrderLine
from inventory.grants.models.orders.replacements import Replacement
from inventory.grants.models.orders.supply import MessageKind, SupplierMessage, SupplierOrder
from schools.api.filtering import IdFilter, ScopedFilterSet
from schools.api.routes import Route
from schools.api.viewsets import ScopedViewSet, caller, read_body


class SupplierSerializer(serializers.ModelSerializer[Supplier]):
    """Who delivers under the lots of the market."""

    class Meta:
        model = Supplier
        fields = ["id", "name", "enterprise_number", "email", "phone", "version"]


class MarketLotSerializer(serializers.ModelSerializer[MarketLot]):
    """A lot of a contract; ``kits`` are those that it covers."""

    kits = serializers.SlugRelatedField[Any](many=True, read_only=True, slug_field="kit_id")

    class Meta:
        model = MarketLot
        fields = [
            *("id", "contract", "number", "title", "supplier", "starts_on", "ends_on"),
            *("delivery_days", "covers", "kits", "version"),
        ]


class MembershipSerializer(serializers.ModelSerializer[Membership]):
    """A membership of the purchasing centre; ``person`` null: the school's own."""

    class Meta:
        model = Membership
        fields = ["id", "school", "person", "site", "state", "asked_at", "decided_at", "why"]


class OrderLineSerializer(serializers.ModelSerializer[OrderLine]):
    """So many of a version of a kit, at its price."""

    class Meta:
        model = OrderLine
        fields = ["id", "kit_version", "quantity", "unit_price", "lot", "supplier_order"]


class OrderSerializer(serializers.ModelSerializer[Order]):
    """An order of a site: of an ``award``, or of a ``membership`` of the purchasing centre."""

    lines = OrderLineSerializer(many=True, read_only=True)

    class Meta:
        model = Order
        fields = [
            *("id", "reference", "site", "award", "membership", "buyer", "state", "total"),
            *("made_at", "validated_at", "lines", "version"),
        ]


class SupplierOrderSerializer(serializers.ModelSerializer[SupplierOrder]):
    """An order to a supplier. ``…/content/`` says what for whom."""

    class Meta:
        model = SupplierOrder
        fields = [
            *("id", "reference", "lot", "supplier", "state", "sent_at", "due_on"),
            *("acknowledged_at", "supplier_reference", "planned_on", "version"),
        ]


class PieceSerializer(serializers.ModelSerializer[ShippedPiece]):
    """A device of a delivery; ``device`` is its key in the inventory once it was accepted."""

    class Meta:
        model = ShippedPiece
        fields = ["serial", "state", "device"]


class ShipmentLineSerializer(serializers.ModelSerializer[ShipmentLine]):
    """A product of a delivery; ``accepted`` null until it is signed."""

    product = serializers.IntegerField(source="item.product_id", read_only=True)
    pieces = PieceSerializer(many=True, read_only=True)

    class Meta:
        model = ShipmentLine
        fields = ["product", "announced", "accepted", "pieces"]


class ShipmentSerializer(serializers.ModelSerializer[Shipment]):
    """A delivery to a site."""

    lines = ShipmentLineSerializer(many=True, read_only=True)

    class Meta:
        model = Shipment
        fields = [
            *("id", "reference", "supplier", "supplier_order", "order", "site", "state"),
            *("planned_on", "slot", "arrived_on", "announced_at", "lines", "version"),
        ]


class ReceptionSerializer(serializers.ModelSerializer[Reception]):
    """A signature; ``sha256`` is of ``content``, ``arrival`` the delivery of the inventory."""

    class Meta:
        model = Reception
        fields = [
            *("id", "shipment", "signed_at", "note", "arrival", "content", "sha256", "consumed"),
        ]


class ReplacementSerializer(serializers.ModelSerializer[Replacement]):
    """A claim under warranty on a device, and the device that replaced it."""

    class Meta:
        model = Replacement
        fields = [
            *("id", "device", "state", "why", "asked_at", "answer", "answered_at"),
            *("new_device", "done_at", "version"),
        ]


class MessageSerializer(serializers.ModelSerializer[SupplierMessage]):
    """What a supplier said; ``outcome`` stale: a newer message had come before it."""

    class Meta:
        model = SupplierMessage
        fields = [
            *("id", "message_id", "supplier_order", "kind", "at", "body", "outcome"),
            "received_at",
        ]


class MessageRequest(serializers.Serializer[dict[str, Any]]):
    """``id`` is the supplier's own, for good: sent again it changes nothing. ``body`` by kind:
    acknowledge ``{reference}``, plan ``{on, slot}``, backorder ``{product | part_number, quantity,
    on}``, ship ``{delivery, for, on, slot, lines: [{product | part_number, quantity, serials}]}``,
    arrive ``{delivery, on}``, unship ``{delivery}``, collect ``{delivery, how}``."""

    id = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(choices=MessageKind.choices)
    at = serializers.DateTimeField()
    body = serializers.DictField(default=dict)


class MessageAnswer(serializers.Serializer[dict[str, Any]]):
    """``again``: it was heard before, and changed nothing."""

    again = serializers.BooleanField()
    outcome = serializers.CharField()


class ClaimAnswer(serializers.Serializer[dict[str, Any]]):
    """The supplier's yes or no to a claim; a no has its reason."""

    grant = serializers.BooleanField()
    answer = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class SupplierViewSet(ScopedViewSet[Supplier]):
    """Suppliers of the market; a supplier's people see their own."""

    queryset = Supplier.objects.all()
    serializer_class = SupplierSerializer


class MarketLotViewSet(ScopedViewSet[MarketLot]):
    """Lots of the market."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = MarketLot
            fields: ClassVar[dict[str, list[str]]] = {
                "supplier": ["exact"],
                "contract": ["exact"],
                "starts_on": ["lte"],
                "ends_on": ["gte"],
            }

    queryset = MarketLot.objects.all()
    serializer_class = MarketLotSerializer
    filterset_class = Filters
    prefetched = ("kits",)
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "ends_on")


class MembershipViewSet(ScopedViewSet[Membership]):
    """Memberships of the schools you see, and your own."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Membership
            fields: ClassVar[list[str]] = ["school", "state"]

    queryset = Membership.objects.all()
    serializer_class = MembershipSerializer
    filterset_class = Filters


class OrderViewSet(ScopedViewSet[Order]):
    """Orders of the sites you see."""

    class Filters(ScopedFilterSet):
        kit_version = IdFilter(field_name="lines__kit_version_id")

        class Meta(ScopedFilterSet.Meta):
            model = Order
            fields: ClassVar[list[str]] = ["site", "state", "award", "membership", "reference"]

    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    filterset_class = Filters
    prefetched = ("lines",)
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "made_at", "total")


class SupplierOrderViewSet(ScopedViewSet[SupplierOrder]):
    """Orders to suppliers: all of them for the SPW, one's own for a supplier."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = SupplierOrder
            fields: ClassVar[list[str]] = ["supplier", "lot", "state", "reference"]

    queryset = SupplierOrder.objects.all()
    serializer_class = SupplierOrderSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "sent_at", "due_on")

    @extend_schema(responses={200: OpenApiTypes.OBJECT})
    @action(detail=True, methods=["get"])
    def content(self, request: Request, pk: str) -> Response:
        """What to deliver to whom, and what is left to come."""
        return Response(told_order(self.get_object()))

    @extend_schema(request=MessageRequest, responses={200: MessageAnswer, 201: MessageAnswer})
    @action(detail=True, methods=["post"])
    def messages(self, request: Request, pk: str) -> Response:
        """Say something of the order. 201 the first time, 200 for a replay; 409 where it is
        impossible as things stand."""
        row = self.get_object()
        require(can_speak_for(caller(request), row.supplier))  # before what was sent is read
        told = read_body(MessageRequest, request)
        said = Said(told["id"], row.reference, told["kind"], told["at"], told["body"])
        try:
            heard = hear_supplier(caller(request), said)
        except FactsRefused as refused:
            raise serializers.ValidationError(refused.errors) from refused
        except DecisionImpossible as refused:
            raise DecisionConflict(str(refused)) from refused
        code = status.HTTP_200_OK if heard.again else status.HTTP_201_CREATED
        return Response({"again": heard.again, "outcome": heard.message.outcome}, status=code)


class ShipmentViewSet(ScopedViewSet[Shipment]):
    """Deliveries to the sites you see."""

    class Filters(ScopedFilterSet):
        device = IdFilter(field_name="lines__pieces__device_id")

        class Meta(ScopedFilterSet.Meta):
            model = Shipment
            fields: ClassVar[list[str]] = ["site", "order", "supplier_order", "state", "reference"]

    queryset = Shipment.objects.all()
    serializer_class = ShipmentSerializer
    filterset_class = Filters
    prefetched = ("lines__item", "lines__pieces")
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "announced_at")


class ReceptionViewSet(ScopedViewSet[Reception]):
    """Signatures under the deliveries you see."""

    class Filters(ScopedFilterSet):
        site = IdFilter(field_name="shipment__site_id")

        class Meta(ScopedFilterSet.Meta):
            model = Reception
            fields: ClassVar[list[str]] = ["shipment"]

    queryset = Reception.objects.all()
    serializer_class = ReceptionSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "signed_at")


class ReplacementViewSet(ScopedViewSet[Replacement]):
    """Claims under warranty at the sites you see; a supplier's own."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Replacement
            fields: ClassVar[list[str]] = ["device", "state"]

    queryset = Replacement.objects.all()
    serializer_class = ReplacementSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "asked_at")

    @extend_schema(request=ClaimAnswer, responses=ReplacementSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        """The supplier's yes or no. The same again changes nothing; 409 for another."""
        row = self.get_object()
        require(can_speak_for(caller(request), row.piece.line.shipment.supplier))
        told = read_body(ClaimAnswer, request)
        try:
            claim = answer_claim(
                caller(request), row.pk, grant=told["grant"], answer=told["answer"]
            )
        except DecisionImpossible as refused:
            raise DecisionConflict(str(refused)) from refused
        return Response(ReplacementSerializer(claim).data)


class SupplierMessageViewSet(ScopedViewSet[SupplierMessage]):
    """What suppliers said of the orders you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = SupplierMessage
            fields: ClassVar[list[str]] = ["supplier_order", "kind", "outcome", "message_id"]

    queryset = SupplierMessage.objects.all()
    serializer_class = MessageSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "received_at")


ROUTES: list[Route] = [
    Route("suppliers", SupplierViewSet),
    Route("market-lots", MarketLotViewSet),
    Route("memberships", MembershipViewSet),
    Route("orders", OrderViewSet),
    Route("supplier-orders", SupplierOrderViewSet),
    Route("supplier-messages", SupplierMessageViewSet),
    Route("shipments", ShipmentViewSet),
    Route("receptions", ReceptionViewSet),
    Route("replacements", ReplacementViewSet),
]
