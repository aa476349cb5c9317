"""The API of resources given back, indicators and the board."""

from __future__ import annotations

from typing import ClassVar

from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from inventory.grants.models.returns.follow_ups import FollowUp
from inventory.grants.models.returns.obligations import Obligation
from inventory.grants.models.returns.resources import Resource, ResourceCentre, ResourceVersion
from inventory.grants.models.returns.snapshots import IndicatorSnapshot
from schools.api.filtering import IdFilter, ScopedFilterSet
from schools.api.routes import Route
from schools.api.viewsets import ScopedViewSet


class ObligationSerializer(serializers.ModelSerializer[Obligation]):
    """What a project owes: how many resources, until when."""

    application = serializers.IntegerField(source="award.application_id", read_only=True)
    accepted = serializers.IntegerField(read_only=True)
    waiting = serializers.IntegerField(read_only=True)

    class Meta:
        model = Obligation
        fields = [
            *("id", "award", "application", "site", "owed", "accepted", "waiting"),
            *("counts_from", "due_on", "extended_to", "lifted_on", "lifted_why"),
        ]


class VersionSerializer(serializers.ModelSerializer[ResourceVersion]):
    """What is told of a resource."""

    class Meta:
        model = ResourceVersion
        fields = [
            *("number", "title", "description", "audiences", "subjects", "kind", "minutes"),
            *("language", "keywords", "authors", "prerequisites", "needs", "aids", "licence"),
            *("credits", "link", "centre"),
        ]


class ResourceSerializer(serializers.ModelSerializer[Resource]):
    """A resource with its newest version; ``public``: empty, ``live`` or ``deleted``."""

    newest = VersionSerializer(read_only=True)

    class Meta:
        model = Resource
        fields = [
            *("id", "reference", "obligation", "site", "state", "public", "public_at"),
            *("deposited_at", "accepted_at", "withdrawn_why", "newest"),
        ]


class CentreSerializer(serializers.ModelSerializer[ResourceCentre]):
    class Meta:
        model = ResourceCentre
        fields = ["id", "key", "name", "website", "about", "closed_on"]


class FollowUpSerializer(serializers.ModelSerializer[FollowUp]):
    """The follow-up report of a project; ``seen`` is what the platform knew when it was sent."""

    class Meta:
        model = FollowUp
        fields = [
            *("id", "obligation", "state", "pupils", "classes", "uses_a_week", "seen", "uses"),
            *("difficulties", "next_steps", "sent_at", "read_at", "answer"),
        ]


class SnapshotSerializer(serializers.ModelSerializer[IndicatorSnapshot]):
    """A figure as it was kept; ``by`` empty: the whole Region; ``year`` null: all years."""

    class Meta:
        model = IndicatorSnapshot
        fields = ["id", "taken_on", "key", "year", "by", "group", "value"]


class ObligationViewSet(ScopedViewSet[Obligation]):
    """What the projects that you see owe."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Obligation
            fields: ClassVar[dict[str, list[str]]] = {
                "site": ["exact"],
                "award": ["exact"],
                "due_on": ["exact", "lte", "gte"],
            }

    queryset = Obligation.objects.counted()
    serializer_class = ObligationSerializer
    filterset_class = Filters
    related = ("award",)
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "due_on")


class ResourceViewSet(ScopedViewSet[Resource]):
    """Resources that you see, whatever their state."""

    class Filters(ScopedFilterSet):
        centre = IdFilter(field_name="newest__centre_id")

        class Meta(ScopedFilterSet.Meta):
            model = Resource
            fields = ["obligation", "site", "state", "public"]

    queryset = Resource.objects.all()
    serializer_class = ResourceSerializer
    filterset_class = Filters
    related = ("newest",)
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "deposited_at", "accepted_at")


class FollowUpViewSet(ScopedViewSet[FollowUp]):
    """Follow-up reports of the projects that you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = FollowUp
            fields = ["obligation", "state"]

    queryset = FollowUp.objects.all()
    serializer_class = FollowUpSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "sent_at")


class CentreViewSet(ReadOnlyModelViewSet[ResourceCentre]):
    """Resource centres."""

    queryset = ResourceCentre.objects.order_by("id")
    serializer_class = CentreSerializer
    filterset_fields: ClassVar[tuple[str, ...]] = ("key",)
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "name")


class SnapshotViewSet(ReadOnlyModelViewSet[IndicatorSnapshot]):
    """Indicators as they were kept, day by day."""

    queryset = IndicatorSnapshot.objects.order_by("id")
    serializer_class = SnapshotSerializer
    filterset_fields: ClassVar[tuple[str, ...]] = ("taken_on", "key", "year", "by", "group")
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "taken_on")


ROUTES: list[Route] = [
    Route("obligations", ObligationViewSet),
    Route("resources", ResourceViewSet),
    Route("resource-centres", CentreViewSet),
    Route("follow-ups", FollowUpViewSet),
    Route("indicator-snapshots", SnapshotViewSet),
]
