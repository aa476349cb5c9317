"""School calendars and opening hours: their shapes and their lists, read only."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import Prefetch
from django_filters.rest_framework import BooleanFilter
from rest_framework import serializers

from schools.api.filtering import IdFilter, ScopedFilterSet
from schools.api.viewsets import ScopedViewSet
from schools.models import (
    CalendarPeriod,
    OpeningException,
    OpeningHours,
    OpeningSpan,
    SchoolCalendar,
)


class CalendarPeriodSerializer(serializers.ModelSerializer[CalendarPeriod]):
    """Days off, first and last included; or the first day of school (``term_start``).

    A summer whose ``last_on`` is null lasts until the eve of the next school year.
    """

    class Meta:
        model = CalendarPeriod
        fields = ["kind", "first_on", "last_on", "name"]


class SchoolCalendarSerializer(serializers.ModelSerializer[SchoolCalendar]):
    """One version of a Community's school calendar; ``year`` 2026 is 2026-2027."""

    in_force = serializers.BooleanField(read_only=True)
    periods = CalendarPeriodSerializer(many=True, read_only=True)

    class Meta:
        model = SchoolCalendar
        fields = [
            "id",
            "community",
            "year",
            "number",
            "in_force",
            "source",
            "note",
            "made_at",
            "periods",
        ]


class OpeningSpanSerializer(serializers.ModelSerializer[OpeningSpan]):
    """Open from ``opens`` to ``closes``, local time; not later than ``opens``: the next day."""

    opens = serializers.CharField(read_only=True)
    closes = serializers.CharField(read_only=True)

    class Meta:
        model = OpeningSpan
        fields = ["opens", "closes"]


class WeekdaySpanSerializer(OpeningSpanSerializer):
    """The same, on a day of the week; 0 is Monday."""

    weekday = serializers.IntegerField(read_only=True)

    class Meta(OpeningSpanSerializer.Meta):
        fields = ["weekday", "opens", "closes"]


class OpeningHoursSerializer(serializers.ModelSerializer[OpeningHours]):
    """The opening hours in force of a site. Without a span: nobody has entered any."""

    spans = WeekdaySpanSerializer(many=True, read_only=True)

    class Meta:
        model = OpeningHours
        fields = ["id", "site", "number", "made_at", "spans"]


class OpeningExceptionSerializer(serializers.ModelSerializer[OpeningException]):
    """Days on which a site is closed (no span) or open at other hours."""

    site = serializers.IntegerField(source="opening.site_id", read_only=True)
    spans = OpeningSpanSerializer(many=True, read_only=True)

    class Meta:
        model = OpeningException
        fields = ["id", "site", "first_on", "last_on", "reason", "label", "spans"]


class CalendarViewSet(ScopedViewSet[SchoolCalendar]):
    """School calendars of the Communities of the schools you see, every version."""

    class Filters(ScopedFilterSet):
        in_force = BooleanFilter()

        class Meta(ScopedFilterSet.Meta):
            model = SchoolCalendar
            fields = ["community", "year"]

    queryset = SchoolCalendar.objects.telling_force()
    serializer_class = SchoolCalendarSerializer
    filterset_class = Filters
    prefetched = ("periods",)
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "year")


class OpeningHoursViewSet(ScopedViewSet[OpeningHours]):
    """Opening hours in force of the sites you see. A site that entered none is not here."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = OpeningHours
            fields = ["site"]

    queryset = OpeningHours.objects.in_force().prefetch_related(
        Prefetch("spans", OpeningSpan.objects.filter(exception=None))
    )
    serializer_class = OpeningHoursSerializer
    filterset_class = Filters


class OpeningExceptionViewSet(ScopedViewSet[OpeningException]):
    """Exceptions in force at the sites you see."""

    class Filters(ScopedFilterSet):
        site = IdFilter(field_name="opening__site_id")

        class Meta(ScopedFilterSet.Meta):
            model = OpeningException
            fields = {"reason": ["exact"], "first_on": ["lte"], "last_on": ["gte"]}

    queryset = OpeningException.objects.filter(opening__in=OpeningHours.objects.in_force())
    serializer_class = OpeningExceptionSerializer
    filterset_class = Filters
    related = ("opening",)
    prefetched = ("spans",)
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "first_on")
