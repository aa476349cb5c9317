"""Places, agreements and the caller: read only. Registers are imported, not typed."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, cast

from django.db.models import (
    Prefetch,
    QuerySet,
)
from django.utils import (
    timezone,
)
from django_filters.rest_framework import (
    CharFilter,
    ChoiceFilter,
    DateFilter,
    IsoDateTimeFilter,
)
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
)
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from schools.agreements.standing import with_papers
from schools.api import serializers as shapes
from schools.api.filtering import IdFilter, ScopedFilterSet
from schools.api.found import FoundSerializer
from schools.api.viewsets import (
    ScopedViewSet,
    caller,
)
from schools.counts import (
    last_year,
    pupils,
)
from schools.finding import (
    find,
)
from schools.journal_listing import (
    TOLD,
    entries_for,
)
from schools.models import (
    AuditEntry,
    Authority,
    Consent,
    Headcount,
    IseClass,
    ManagementChoice,
    Province,
    Role,
    RoleKind,
    Room,
    School,
    Site,
    Teaching,
    TransitionPlan,
    User,
)
from schools.models.people import RoleQuerySet, UserQuerySet


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

    def get_queryset(self) -> QuerySet[School]:
        """With pupils, and with the sites and the people that the caller sees."""
        person = caller(self.request)
        live = Role.objects.live(timezone.localdate()).filter(
            kind__in=[RoleKind.HEAD, RoleKind.CONTACT], user__is_active=True
        )
        roles = Prefetch("roles", live.select_related("user"), to_attr="roles_live")
        sites = Site.objects.visible_to(person).prefetch_related("teachings", roles)
        return (
            super()
            .get_queryset()
            .annotate(pupils=pupils("site__school", last_year(), person))
            .prefetch_related(roles, Prefetch("sites", sites, to_attr="sites_seen"))
        )


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
    prefetched = ("teachings",)
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "name", "province")

    def get_queryset(self) -> QuerySet[Site]:
        """With the pupils of the last count."""
        person = caller(self.request)
        return super().get_queryset().annotate(pupils=pupils("site", last_year(), person))


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

    queryset = Consent.objects.prefetch_related(with_papers())
    serializer_class = shapes.ConsentSerializer
    filterset_class = Filters
    related = ("text",)
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


class ManagementChoiceViewSet(ScopedViewSet[ManagementChoice]):
    """Who manages the networks that you see, decision by decision."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = ManagementChoice
            fields = {"site": ["exact"], "mode": ["exact"], "from_on": ["exact", "lte", "gte"]}

    queryset = ManagementChoice.objects.all()
    serializer_class = shapes.ManagementChoiceSerializer


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


class TransitionPlanViewSet(ScopedViewSet[TransitionPlan]):
    """Versions of the transition plans that you see, with their answers."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = TransitionPlan
            fields = {
                "school": ["exact"],
                "state": ["exact"],
                "submitted_at": ["gte", "lte"],
                "approved_on": ["gte", "lte"],
            }

    queryset = TransitionPlan.objects.all()
    serializer_class = shapes.TransitionPlanSerializer
    filterset_class = Filters
    prefetched = ("answers", "plan_sites")
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "submitted_at", "approved_on")


class SearchView(APIView):
    """One question to everything you see, as the box of the pages asks it."""

    @extend_schema(
        parameters=[OpenApiParameter("q", str, required=True, description="Words or a number.")],
        responses=FoundSerializer,
    )
    def get(self, request: Request) -> Response:
        """Schools, sites, authorities, municipalities, people, tickets, devices."""
        found = find(caller(request), request.query_params.get("q", ""))
        return Response(FoundSerializer(found).data)


class MeView(APIView):
    """Who you are and what your roles open."""

    @extend_schema(responses=shapes.MeSerializer)
    def get(self, request: Request) -> Response:
        """The caller."""
        return Response(shapes.MeSerializer(cast("User", request.user)).data)
