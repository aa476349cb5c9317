"""Places, agreements and the caller: read only. Registers are imported, not typed."""

from __future__ import annotations

from typing import ClassVar, cast

from django.db.models import Prefetch
from django_filters.rest_framework import BooleanFilter
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from schools.api import serializers as shapes
from schools.api.filtering import IdFilter, ScopedFilterSet
from schools.api.viewsets import ScopedViewSet
from schools.models import (
    Authority,
    Consent,
    OpeningException,
    OpeningHours,
    OpeningSpan,
    Room,
    School,
    SchoolCalendar,
    Site,
    User,
)


class AuthorityViewSet(ScopedViewSet[Authority]):
    """Organising authorities of the schools you see."""

    queryset = Authority.objects.all()
    serializer_class = shapes.AuthoritySerializer
    filterset_fields = ["network", "fase_number", "bce_number"]
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "name")


class SchoolViewSet(ScopedViewSet[School]):
    """Schools you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = School
            fields = ["authority", "scheme", "number", "community"]

    queryset = School.objects.all()
    serializer_class = shapes.SchoolSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "name", "number")


class SiteViewSet(ScopedViewSet[Site]):
    """Sites you see: where every scope ends."""

    class Filters(ScopedFilterSet):
        authority = IdFilter(field_name="school__authority_id")

        class Meta(ScopedFilterSet.Meta):
            model = Site
            fields = {
                "school": ["exact"],
                "province": ["exact"],
                "management": ["exact"],
                "fase_number": ["exact"],
                "postcode": ["exact"],
                "closed_on": ["isnull"],
            }

    queryset = Site.objects.all()
    serializer_class = shapes.SiteSerializer
    filterset_class = Filters
    related = ("school",)
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "name", "province")


class RoomViewSet(ScopedViewSet[Room]):
    """Rooms of the sites you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Room
            fields = ["site", "kind", "building"]

    queryset = Room.objects.all()
    serializer_class = shapes.RoomSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "name")


class ConsentViewSet(ScopedViewSet[Consent]):
    """Consents of the schools you see and of their organising authorities."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Consent
            fields = {
                "kind": ["exact"],
                "authority": ["exact"],
                "school": ["exact"],
                "revoked_on": ["isnull"],
            }

    queryset = Consent.objects.all()
    serializer_class = shapes.ConsentSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "given_on")


class CalendarViewSet(ScopedViewSet[SchoolCalendar]):
    """School calendars of the Communities of the schools you see, every version."""

    class Filters(ScopedFilterSet):
        in_force = BooleanFilter()

        class Meta(ScopedFilterSet.Meta):
            model = SchoolCalendar
            fields = ["community", "year"]

    queryset = SchoolCalendar.objects.telling_force()
    serializer_class = shapes.SchoolCalendarSerializer
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
    serializer_class = shapes.OpeningHoursSerializer
    filterset_class = Filters


class OpeningExceptionViewSet(ScopedViewSet[OpeningException]):
    """Exceptions in force at the sites you see."""

    class Filters(ScopedFilterSet):
        site = IdFilter(field_name="opening__site_id")

        class Meta(ScopedFilterSet.Meta):
            model = OpeningException
            fields = {"reason": ["exact"], "first_on": ["lte"], "last_on": ["gte"]}

    queryset = OpeningException.objects.filter(opening__in=OpeningHours.objects.in_force())
    serializer_class = shapes.OpeningExceptionSerializer
    filterset_class = Filters
    related = ("opening",)
    prefetched = ("spans",)
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "first_on")


class MeView(APIView):
    """Who you are and what your roles open."""

    @extend_schema(responses=shapes.MeSerializer)
    def get(self, request: Request) -> Response:
        """The caller."""
        return Response(shapes.MeSerializer(cast("User", request.user)).data)
