"""Places, agreements and the caller: read only. Registers are imported, not typed."""

from __future__ import annotations

from typing import ClassVar, cast

from django.db.models import QuerySet
from django_filters.rest_framework import IsoDateTimeFilter
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from schools.api import serializers as shapes
from schools.api.filtering import IdFilter, ScopedFilterSet
from schools.api.viewsets import ScopedViewSet
from schools.journal_listing import TOLD, entries_for
from schools.models import AuditEntry, Authority, Consent, Room, School, Site, User


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


class AuditEntryViewSet(ScopedViewSet[AuditEntry]):
    """The journal of the sites you see and of your own account, the latest first."""

    class Filters(ScopedFilterSet):
        after = IsoDateTimeFilter(field_name="at", lookup_expr="gte")
        before = IsoDateTimeFilter(field_name="at", lookup_expr="lt")

        class Meta(ScopedFilterSet.Meta):
            model = AuditEntry
            fields = ["actor", "site", "action", "object_type", "object_id", "door"]

    queryset = AuditEntry.objects.all()
    serializer_class = shapes.AuditEntrySerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("at",)
    ordering: ClassVar[tuple[str, ...]] = ("-at", "-id")

    def get_queryset(self) -> QuerySet[AuditEntry]:
        """What the caller may read in full: an own act at a school left behind is not here."""
        user = self.request.user
        if not isinstance(user, User):  # the schema is made without a caller
            return AuditEntry.objects.none()
        return entries_for(user).filter(TOLD).select_related("seal")


class MeView(APIView):
    """Who you are and what your roles open."""

    @extend_schema(responses=shapes.MeSerializer)
    def get(self, request: Request) -> Response:
        """The caller."""
        return Response(shapes.MeSerializer(cast("User", request.user)).data)
