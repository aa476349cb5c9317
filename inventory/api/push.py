"""Planned changes of configurations at the sites where you work. Read only: approval is a person's,
on a page, in front of the differences."""

from __future__ import annotations

from typing import ClassVar

from rest_framework import serializers

from inventory.models import PushPlan, PushStep
from schools.api.filtering import ScopedFilterSet
from schools.api.viewsets import ScopedViewSet


class PushPlanSerializer(serializers.ModelSerializer[PushPlan]):
    """A change: one version of a template, for some devices, in waves."""

    template = serializers.CharField(source="template_version.template.name", read_only=True)
    template_number = serializers.IntegerField(source="template_version.number", read_only=True)

    class Meta:
        model = PushPlan
        fields = [
            "id",
            "title",
            "why",
            "template",
            "template_number",
            "state",
            "author",
            "made_at",
            "submitted_at",
            "decided_by",
            "decided_at",
            "decision",
            "canary_site",
            "hold_min",
            "wave",
            "started_at",
            "ended_at",
            "expires_at",
            "stopped_why",
            "replaces",
            "version",
        ]


class PushStepSerializer(serializers.ModelSerializer[PushStep]):
    """A device of a change. ``diff``: signs and lines, secrets masked."""

    diff = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()), read_only=True
    )

    class Meta:
        model = PushStep
        fields = [
            "id",
            "plan",
            "device",
            "site",
            "wave",
            "state",
            "diff",
            "result",
            "attempts",
            "tries",
            "next_try_at",
            "base_hash",
            "after_hash",
            "started_at",
            "wrote_at",
            "ended_at",
        ]


class PushPlanViewSet(ScopedViewSet[PushPlan]):
    """Changes that touch a site where you work."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = PushPlan
            fields = ["state", "author", "canary_site"]

    queryset = PushPlan.objects.all()
    serializer_class = PushPlanSerializer
    filterset_class = Filters
    related = ("template_version__template",)
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "made_at", "expires_at")


class PushStepViewSet(ScopedViewSet[PushStep]):
    """Devices of changes, at the sites where you work."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = PushStep
            fields = ["plan", "device", "site", "state", "wave"]

    queryset = PushStep.objects.all()
    serializer_class = PushStepSerializer
    filterset_class = Filters
