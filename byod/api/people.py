"""The API of people: pseudonyms, classes, states and counts. A name never leaves by this door."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from rest_framework import serializers

from byod.models.people.members import Authorisation, Member, SchoolClass
from schools.api.filtering import IdFilter, ScopedFilterSet
from schools.api.routes import Route
from schools.api.viewsets import ScopedViewSet


class SchoolClassSerializer(serializers.ModelSerializer[SchoolClass]):
    """A class of a site; ``year`` is the one in which the school year begins."""

    class Meta:
        model = SchoolClass
        fields = ["id", "site", "name", "year", "closed_on"]


class SchoolClassFilter(ScopedFilterSet):
    """By site and year."""

    site = IdFilter()

    class Meta(ScopedFilterSet.Meta):
        model = SchoolClass
        fields: ClassVar[list[str]] = ["site", "year"]


class SchoolClassViewSet(ScopedViewSet[SchoolClass]):
    """Classes of the sites that one runs."""

    queryset = SchoolClass.objects.all()
    serializer_class = SchoolClassSerializer
    filterset_class = SchoolClassFilter
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "name", "year")


class MemberSerializer(serializers.ModelSerializer[Member]):
    """Somebody registered, by pseudonym. ``authorised``: an authorisation is in force; ``devices``:
    how many of theirs hold a live credential."""

    authorised = serializers.BooleanField(read_only=True)
    devices = serializers.IntegerField(source="live_devices", read_only=True)

    class Meta:
        model = Member
        fields = [
            *("id", "site", "kind", "pseudonym", "school_class", "language", "adult"),
            *("equipment", "registered_by", "registered_at", "left_on", "authorised", "devices"),
        ]


class MemberFilter(ScopedFilterSet):
    """By site, class and role."""

    site = IdFilter()
    school_class = IdFilter()

    class Meta(ScopedFilterSet.Meta):
        model = Member
        fields: ClassVar[list[str]] = ["site", "school_class", "kind"]


class MemberViewSet(ScopedViewSet[Member]):
    """People of the sites that one runs, and oneself."""

    queryset = Member.objects.all()
    serializer_class = MemberSerializer
    filterset_class = MemberFilter
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "registered_at")

    def get_queryset(self) -> QuerySet[Member]:
        """Their state and count come with the page, in the same query."""
        live = Authorisation.objects.live().filter(member=OuterRef("pk"))
        credential = Q(
            devices__credentials__revoked_at=None,
            devices__credentials__expires_at__gt=timezone.now(),
        )
        return (
            super()
            .get_queryset()
            .annotate(
                authorised=Exists(live),
                live_devices=Count("devices", filter=credential, distinct=True),
            )
        )


ROUTES: tuple[Route, ...] = (
    Route("school-classes", SchoolClassViewSet),
    Route("members", MemberViewSet),
)
