"""What schools share and have booked, and their stocks, through the API."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django_filters.rest_framework import CharFilter, DateFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.actions.booking.book import book
from inventory.actions.booking.cancel_booking import cancel_booking
from inventory.booking.slots import SlotImpossible, Wanted
from inventory.models import (
    Bookable,
    Booking,
    Consumable,
    LessonGrid,
    LessonPeriod,
    StockEntry,
    StockLine,
    Store,
)
from schools.api.filtering import IdFilter, ScopedFilterSet
from schools.api.viewsets import ScopedViewSet, caller, read_body


class SlotConflict(APIException):
    """A slot that cannot be had, with who has it or why (409)."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class BookableSerializer(serializers.ModelSerializer[Bookable]):
    """Something that a school shares."""

    class Meta:
        model = Bookable
        fields = [
            *("id", "site", "name", "kind", "room", "count", "bookers", "needs_approval"),
            *("longest_min", "buffer_min", "opens_min", "closes_min", "ahead_days", "notes"),
            *("withdrawn_on", "version", "changed_at"),
        ]
        read_only_fields = fields


class BookingSerializer(serializers.ModelSerializer[Booking]):
    """A booking; ``periods`` are the numbers of the lesson periods that day."""

    site = serializers.IntegerField(source="bookable.site_id", read_only=True)
    starts_at = serializers.DateTimeField(read_only=True)
    ends_at = serializers.DateTimeField(read_only=True)
    periods = serializers.ListField(child=serializers.IntegerField(), read_only=True)

    class Meta:
        model = Booking
        fields = [
            *("id", "bookable", "site", "starts_at", "ends_at", "periods", "state", "person"),
            *("class_text", "purpose", "series", "made_at", "out_at", "returned_at", "version"),
        ]
        read_only_fields = fields


class BookRequest(serializers.Serializer[dict[str, Any]]):
    """Periods of a day. The same ``request_key`` twice is one booking."""

    request_key = serializers.UUIDField()
    bookable = serializers.IntegerField()
    day = serializers.DateField()
    first = serializers.IntegerField(min_value=1, max_value=20, help_text="First lesson period.")
    last = serializers.IntegerField(min_value=1, max_value=20, help_text="Last lesson period.")
    class_text = serializers.CharField(max_length=30, allow_blank=True, default="")
    purpose = serializers.CharField(max_length=200, allow_blank=True, default="")


class LessonPeriodSerializer(serializers.ModelSerializer[LessonPeriod]):
    """Minutes after midnight, local time; weekday 0 is Monday."""

    class Meta:
        model = LessonPeriod
        fields = ("weekday", "rank", "name", "starts_min", "ends_min")
        read_only_fields = fields


class LessonGridSerializer(serializers.ModelSerializer[LessonGrid]):
    """The lesson periods of a school, from a day on."""

    periods = LessonPeriodSerializer(many=True, read_only=True)

    class Meta:
        model = LessonGrid
        fields = ("id", "school", "from_on", "periods")
        read_only_fields = fields


class StoreSerializer(serializers.ModelSerializer[Store]):
    """Where consumables lie."""

    class Meta:
        model = Store
        fields = ("id", "name", "site", "authority", "holder", "province")
        read_only_fields = fields


class ConsumableSerializer(serializers.ModelSerializer[Consumable]):
    """A line of the catalogue, with what a store has of it elsewhere."""

    class Meta:
        model = Consumable
        fields = ("id", "name", "kind", "unit", "reference", "barcode", "withdrawn")
        read_only_fields = fields


class StockLineSerializer(serializers.ModelSerializer[StockLine]):
    """What a store has of a consumable; ``to_order`` brings it up to where it should be."""

    consumable = ConsumableSerializer(read_only=True)
    to_order = serializers.IntegerField(read_only=True)

    class Meta:
        model = StockLine
        fields = (
            *("id", "store", "consumable", "quantity", "reorder_level", "order_to", "to_order"),
            "last_cost",
        )
        read_only_fields = fields


class StockEntrySerializer(serializers.ModelSerializer[StockEntry]):
    """A line of the ledger: never changed, undone by another."""

    class Meta:
        model = StockEntry
        fields = (
            *("id", "store", "consumable", "movement", "quantity", "balance", "at", "actor_text"),
            *("device", "reference", "why", "unit_cost", "undoes"),
        )
        read_only_fields = fields


class BookableViewSet(ScopedViewSet[Bookable]):
    """What the schools you see share."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Bookable
            fields = ["site", "kind"]

    queryset = Bookable.objects.all()
    serializer_class = BookableSerializer
    filterset_class = Filters


class LessonGridViewSet(ScopedViewSet[LessonGrid]):
    """Lesson periods of the schools you see; the latest that has begun counts."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = LessonGrid
            fields = ["school"]

    queryset = LessonGrid.objects.all()
    serializer_class = LessonGridSerializer
    filterset_class = Filters
    prefetched = ("periods",)


class BookingViewSet(ScopedViewSet[Booking]):
    """Bookings of the schools you work for."""

    class Filters(ScopedFilterSet):
        site = IdFilter(field_name="bookable__site_id")
        after = DateFilter(field_name="span", lookup_expr="endswith__date__gte")

        class Meta(ScopedFilterSet.Meta):
            model = Booking
            fields = ["bookable", "person", "state"]

    queryset = Booking.objects.all()
    serializer_class = BookingSerializer
    filterset_class = Filters
    related = ("bookable",)

    @extend_schema(request=BookRequest, responses={201: BookingSerializer})
    def create(self, request: Request) -> Response:
        """Book some periods of a day. 409 where that is impossible, with who has them."""
        said = read_body(BookRequest, request)
        day: dt.date = said["day"]
        wanted = Wanted(day, said["first"], said["last"], said["class_text"], said["purpose"])
        try:
            made = book(caller(request), said["bookable"], wanted, key=said["request_key"])
        except SlotImpossible as error:
            raise SlotConflict(str(error)) from error
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=BookingSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Give the slot back. 409 once it was handed out."""
        row = self.get_object()
        try:
            done = cancel_booking(caller(request), row.pk)
        except SlotImpossible as error:
            raise SlotConflict(str(error)) from error
        return Response(self.get_serializer(done).data)


class StoreViewSet(ScopedViewSet[Store]):
    """Stores of the sites, authorities and provinces you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Store
            fields = ["site", "authority", "province"]

    queryset = Store.objects.all()
    serializer_class = StoreSerializer
    filterset_class = Filters


class StockLineViewSet(ScopedViewSet[StockLine]):
    """What the stores you see have of each consumable."""

    class Filters(ScopedFilterSet):
        kind = CharFilter(field_name="consumable__kind")

        class Meta(ScopedFilterSet.Meta):
            model = StockLine
            fields = ["store", "consumable"]

    queryset = StockLine.objects.all()
    serializer_class = StockLineSerializer
    filterset_class = Filters
    related = ("consumable",)


class StockEntryViewSet(ScopedViewSet[StockEntry]):
    """The ledger of the stores you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = StockEntry
            fields = ["store", "consumable", "movement", "device"]

    queryset = StockEntry.objects.all()
    serializer_class = StockEntrySerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "at")
