"""Places, agreements and the caller: read only. Registers are imported, not typed."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, cast

from django.db.models import QuerySet
from django_filters.rest_framework import CharFilter, ChoiceFilter, DateFilter
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from schools.api import serializers as shapes
from schools.api.filtering import IdFilter, ScopedFilterSet
from schools.api.viewsets import ScopedViewSet, caller
from schools.models import (
    Authority,
    Consent,
    Headcount,
    IseClass,
    Municipality,
    Province,
    Role,
    RoleKind,
    Room,
    School,
    Site,
    Teaching,
    User,
)
from schools.models.people import RoleQuerySet, UserQuerySet


class MunicipalityViewSet(ScopedViewSet[Municipality]):
    """Municipalities of Wallonia, the merged ones too."""

    class Filters(ScopedFilterSet):
        province = ChoiceFilter(choices=Province.choices)

        class Meta(ScopedFilterSet.Meta):
            model = Municipality
            fields = {"name": ["exact"], "closed_on": ["isnull"]}

    queryset = Municipality.objects.all()
    serializer_class = shapes.MunicipalitySerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("nis_code", "name")
    ordering: ClassVar[tuple[str, ...]] = ("nis_code",)


class AuthorityViewSet(ScopedViewSet[Authority]):
    """Organising authorities of the schools you see."""

    queryset = Authority.objects.all()
    serializer_class = shapes.AuthoritySerializer
    filterset_fields = {"fase_number": ["exact"], "bce_number": ["exact"], "closed_on": ["isnull"]}
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "name")


class SchoolViewSet(ScopedViewSet[School]):
    """Schools you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = School
            fields = {
                "authority": ["exact"],
                "kind": ["exact"],
                "network": ["exact"],
                "scheme": ["exact"],
                "number": ["exact"],
                "community": ["exact"],
                "closed_on": ["isnull"],
            }

    queryset = School.objects.all()
    serializer_class = shapes.SchoolSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "name", "number")


class SiteViewSet(ScopedViewSet[Site]):
    """Sites you see: where every scope ends."""

    class Filters(ScopedFilterSet):
        authority = IdFilter(field_name="school__authority_id")
        province = ChoiceFilter(choices=Province.choices)
        municipality = CharFilter(field_name="municipality_id")

        class Meta(ScopedFilterSet.Meta):
            model = Site
            fields = {
                "school": ["exact"],
                "management": ["exact"],
                "scheme": ["exact"],
                "number": ["exact"],
                "postcode": ["exact"],
                "closed_on": ["isnull"],
            }

    queryset = Site.objects.all()
    serializer_class = shapes.SiteSerializer
    filterset_class = Filters
    related = ("school", "municipality")
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "name", "province")


class RoomViewSet(ScopedViewSet[Room]):
    """Rooms of the sites you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Room
            fields = {"site": ["exact"], "kind": ["exact"], "closed_on": ["isnull"]}

    queryset = Room.objects.all()
    serializer_class = shapes.RoomSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "name")


class TeachingViewSet(ScopedViewSet[Teaching]):
    """Levels organised at the sites you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Teaching
            fields = {"site": ["exact"], "level": ["exact"], "closed_on": ["isnull"]}

    queryset = Teaching.objects.all()
    serializer_class = shapes.TeachingSerializer
    filterset_class = Filters


class HeadcountViewSet(ScopedViewSet[Headcount]):
    """Counts of 15 January of the sites you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Headcount
            fields = ["site", "level", "year"]

    queryset = Headcount.objects.all()
    serializer_class = shapes.HeadcountSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "year", "pupils")


class IseClassViewSet(ScopedViewSet[IseClass]):
    """Socio-economic classes of the sites you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = IseClass
            fields = ["site", "year", "value"]

    queryset = IseClass.objects.all()
    serializer_class = shapes.IseClassSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "year")


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


class PersonViewSet(ScopedViewSet[User]):
    """People with a role in a scope you see, and yourself."""

    class Filters(ScopedFilterSet):
        role = ChoiceFilter(field_name="roles__kind", choices=RoleKind.choices, distinct=True)

        class Meta(ScopedFilterSet.Meta):
            model = User
            fields = {"is_active": ["exact"], "language": ["exact"]}

    queryset = User.objects.get_queryset()
    serializer_class = shapes.PersonCardSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "full_name")

    def get_queryset(self) -> QuerySet[User]:
        """Whom the caller sees, with whether their address may be read."""
        people = cast("UserQuerySet", super().get_queryset())
        return people.known().with_reach(caller(self.request))


class RoleViewSet(ScopedViewSet[Role]):
    """Your roles, and those held in a scope you see: past and future ones too."""

    class Filters(ScopedFilterSet):
        live_on = DateFilter(method="only_live", label="in force on that day")

        class Meta(ScopedFilterSet.Meta):
            model = Role
            fields = {
                "user": ["exact"],
                "kind": ["exact"],
                "province": ["exact"],
                "authority": ["exact"],
                "school": ["exact"],
                "site": ["exact"],
            }

        def only_live(self, roles: RoleQuerySet, _name: str, day: dt.date) -> RoleQuerySet:
            """Both ends included."""
            return roles.live(day)

    queryset = Role.objects.all()
    serializer_class = shapes.HeldRoleSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "from_on")


class MeView(APIView):
    """Who you are and what your roles open."""

    @extend_schema(responses=shapes.MeSerializer)
    def get(self, request: Request) -> Response:
        """The caller."""
        return Response(shapes.MeSerializer(cast("User", request.user)).data)
